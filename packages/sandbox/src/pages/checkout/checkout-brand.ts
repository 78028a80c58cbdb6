import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';

type Branding = NonNullable<CheckoutSession['branding_settings']>;

const RADIUS: Record<string, string> = { pill: '999px', rectangular: '0', rounded: '8px' };

/** Families that stand in for Stripe's fonts: nothing is loaded from elsewhere. */
function family(font: string): string {
  if (font === 'default') return 'system-ui, sans-serif';
  const name = font.replaceAll('_', ' ').replace(/\b\w/g, (letter) => letter.toUpperCase());
  const generic = /serif|slab|bitter|lora|pridi|hahmlet/.test(font)
    ? 'serif'
    : /mono|code|inconsolata/.test(font)
      ? 'monospace'
      : 'sans-serif';
  return `"${name}", ${generic}`;
}

/** White or black, whichever is read better on the colour. */
function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return red * 0.299 + green * 0.587 + blue * 0.114 > 150 ? '#17202e' : '#ffffff';
}

/** The stylesheet that gives a page the merchant's `branding_settings`. */
export function brandStylesheet({ background_color, border_style, button_color, font_family }: Branding): string {
  const radius = RADIUS[border_style] ?? '8px';
  const ground = inkOn(background_color);
  return `:root { --accent: ${button_color}; --accent-strong: ${button_color}; --accent-ground: #f5f7fa; }
body { font-family: ${family(font_family)}; }
.button, input:not([type="radio"], [type="checkbox"]), select { border-radius: ${radius}; }
.halves > .summary { background: ${background_color}; color: ${ground}; }
.halves > .summary .soft, .halves > .summary h1, .halves > .summary .per, .halves > .summary .foot { color: ${ground}; opacity: .78; }
.halves > .summary label, .halves > .summary .label { color: ${ground}; }
.button.primary, .button.primary:hover { background: ${button_color}; border-color: ${button_color}; color: ${inkOn(button_color)}; }
`;
}
