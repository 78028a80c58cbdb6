type Hash = Record<string, unknown>;

/** Variables of `appearance` and those of the frames' stylesheet. */
const VARIABLES: Record<string, string> = {
  borderRadius: '--el-radius',
  colorBackground: '--el-ground',
  colorDanger: '--el-danger',
  colorPrimary: '--el-primary',
  colorText: '--el-text',
  colorTextSecondary: '--el-soft',
  fontFamily: '--el-font',
  fontSizeBase: '--el-size',
  spacingUnit: '--el-unit',
};

const THEMES: Record<string, Record<string, string>> = {
  stripe: {},
  flat: { '--el-ground': '#eef0f4', '--el-line': 'transparent' },
  night: {
    '--el-ground': '#2b2d3a',
    '--el-line': '#44475a',
    '--el-text': '#f4f5f8',
    '--el-soft': '#a9adbd',
    '--el-primary': '#5cc8ae',
    '--el-danger': '#ff8a80',
  },
};

const INPUTS = '.element input:not([type="radio"], [type="checkbox"]), .element select';
const PARTS: Record<string, string> = {
  '.Input': INPUTS,
  '.Input--invalid': '.element input[aria-invalid="true"]',
  '.Label': '.element .field label',
  '.Error': '.element .problem',
  '.Block': '.element .choice',
  '.PickerItem': '.element .choice',
  '.TermsText': '.element [data-terms]',
};

/** The look that a shop asks for, where the frames have something to change: variables, and rules for inputs and labels. */
export function applyAppearance(appearance: Hash = {}): void {
  const root = document.documentElement.style;
  for (const name of Object.values(VARIABLES)) root.removeProperty(name);
  root.removeProperty('--el-line');
  for (const [name, value] of Object.entries(THEMES[String(appearance.theme ?? 'stripe')] ?? {})) {
    root.setProperty(name, value);
  }
  for (const [name, value] of Object.entries((appearance.variables ?? {}) as Hash)) {
    const variable = VARIABLES[name];
    if (variable && isHarmless(value)) root.setProperty(variable, String(value));
  }
  const rules = Object.entries((appearance.rules ?? {}) as Record<string, Hash>).flatMap(([selector, style]) => {
    const [, part = '', state = ''] = /^(\.[A-Za-z-]+)(::?[a-z-]+)?$/.exec(selector) ?? [];
    const target = PARTS[part];
    return target ? [{ selector: withState(target, state), style }] : [];
  });
  replaceRules(appearanceRules, rules);
}

/** `style` of the Elements of one line. */
export function applyStyle(style: Record<string, Hash> = {}): void {
  const inputs = '.element .bare input';
  const selectors: Record<string, string> = {
    base: inputs,
    invalid: `${inputs}[aria-invalid="true"]`,
    empty: `${inputs}:placeholder-shown`,
    complete: `${inputs}:not(:placeholder-shown, [aria-invalid="true"])`,
  };
  const rules = Object.entries(style).flatMap(([state, given]) => {
    const selector = selectors[state];
    if (!selector) return [];
    const nested = Object.entries(given).filter(([name]) => /^::?[a-z-]+$/.test(name)) as [string, Hash][];
    return [
      { selector, style: given },
      ...nested.map(([at, inner]) => ({ selector: `${selector}${at}`, style: inner })),
    ];
  });
  replaceRules(styleRules, rules);
}

const appearanceRules = new CSSStyleSheet();
const styleRules = new CSSStyleSheet();
document.adoptedStyleSheets = [appearanceRules, styleRules];

function replaceRules(sheet: CSSStyleSheet, rules: { selector: string; style: Hash }[]): void {
  while (sheet.cssRules.length > 0) sheet.deleteRule(0);
  for (const { selector, style } of rules) {
    const at = sheet.insertRule(`${selector} {}`, sheet.cssRules.length);
    const rule = sheet.cssRules[at] as CSSStyleRule;
    for (const [name, value] of Object.entries(style)) {
      if (isHarmless(value))
        rule.style.setProperty(
          name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
          String(value),
        );
    }
  }
}

const withState = (selector: string, state: string) =>
  selector
    .split(/,(?![^(]*\))/)
    .map((each) => `${each.trim()}${state}`)
    .join(', ');

/** Nothing is loaded from elsewhere because of a style. */
const isHarmless = (value: unknown) =>
  (typeof value === 'string' || typeof value === 'number') && !/url\(|@import|expression/i.test(String(value));
