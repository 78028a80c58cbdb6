/**
 * Fonts that every viewer knows by name, so that nothing has to be embedded: Helvetica for Windows-1252, and the East
 * Asian ones of ISO 32000-1, 9.7.5.2, whose characters are all as wide as they are high.
 */
export const FONTS = {
  regular: { name: 'F1', base: 'Helvetica' },
  bold: { name: 'F2', base: 'Helvetica-Bold' },
  chinese: { name: 'F3', base: 'STSong-Light', encoding: 'UniGB-UTF16-H', ordering: 'GB1' },
  japanese: { name: 'F4', base: 'HeiseiKakuGo-W5', encoding: 'UniJIS-UTF16-H', ordering: 'Japan1' },
  korean: { name: 'F5', base: 'HYGoThic-Medium', encoding: 'UniKS-UTF16-H', ordering: 'Korea1' },
} as const;
export type FontName = keyof typeof FONTS;

export interface Run {
  font: FontName;
  text: string;
}

// Advance widths from space to ~, in thousandths of the size.
const REGULAR =
  '278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584';
const BOLD =
  '278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584';
const WIDTHS = { regular: REGULAR.split(' ').map(Number), bold: BOLD.split(' ').map(Number) };
const OTHERS: Record<string, number> = {
  '·': 278,
  '‘': 222,
  '’': 222,
  '“': 333,
  '”': 333,
  '—': 1000,
  '…': 1000,
  '×': 584,
};

const HANGUL = /[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]/;
const KANA = /[\u3040-\u30ff\u31f0-\u31ff]/;
const GREEK_OR_CYRILLIC = /[\u0370-\u052f]/;
const WIDE =
  /[\u0370-\u052f\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\uffe0-\uffe6]|[\ud840-\ud87f][\udc00-\udfff]/;

/**
 * The text as parts of one font each. Letters that Helvetica lacks lose their marks (ő is o); Greek and Cyrillic come
 * from the Japanese font; what no font has is a question mark.
 */
export function runsOf(text: string, bold: boolean): Run[] {
  const han = KANA.test(text) ? 'japanese' : 'chinese';
  const runs: Run[] = [];
  for (const character of text.normalize('NFC')) {
    const east = WIDE.test(character);
    const font = east ? eastern(character, han) : bold ? 'bold' : 'regular';
    const last = runs.at(-1);
    const shown = east ? character : latin(character);
    if (last?.font === font) last.text += shown;
    else runs.push({ font, text: shown });
  }
  return runs;
}

function eastern(character: string, han: FontName): FontName {
  if (HANGUL.test(character)) return 'korean';
  return KANA.test(character) || GREEK_OR_CYRILLIC.test(character) ? 'japanese' : han;
}

/** Points. */
export function textWidth(text: string, size: number, bold = false): number {
  const units = runsOf(text, bold).flatMap(({ font, text: part }) =>
    [...part].map((character) => (font === 'regular' || font === 'bold' ? advance(character, font) : 1000)),
  );
  return (units.reduce((sum, each) => sum + each, 0) * size) / 1000;
}

function advance(character: string, font: 'regular' | 'bold'): number {
  const known = OTHERS[character];
  if (known !== undefined) return known;
  const base = character.normalize('NFD').charCodeAt(0);
  return WIDTHS[font][base - 0x20] ?? 556;
}

/** The text in lines of at most `width` points; a word that is longer by itself is cut. */
export function wrapped(text: string, width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/\s+/).flatMap((word) => pieces(word, width, size, bold))) {
    const longer = line === '' ? part : `${line} ${part}`;
    if (line !== '' && textWidth(longer, size, bold) > width) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return [...lines, line];
}

function pieces(word: string, width: number, size: number, bold: boolean): string[] {
  if (textWidth(word, size, bold) <= width) return [word];
  const cut: string[] = [''];
  for (const character of word) {
    const longer = `${cut.at(-1)}${character}`;
    if (textWidth(longer, size, bold) > width) cut.push(character);
    else cut[cut.length - 1] = longer;
  }
  return cut;
}

const HIGH = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';
const WINDOWS_1252 = new Map([...HIGH].flatMap((character, at) => (character === ' ' ? [] : [[character, 0x80 + at]])));
const PLAIN: Record<string, string> = {
  Ł: 'L',
  ł: 'l',
  Đ: 'D',
  đ: 'd',
  ı: 'i',
  Ħ: 'H',
  ħ: 'h',
  '−': '-',
  '\u202f': ' ',
};

const fits = (character: string) => {
  const code = character.charCodeAt(0);
  return character.length === 1 && ((code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff));
};

/** The character, or what stands for it, in Windows-1252. */
function latin(character: string): string {
  if (fits(character) || WINDOWS_1252.has(character)) return character;
  const plain = PLAIN[character] ?? character.normalize('NFKD').replace(/\p{M}/gu, '');
  return plain !== '' && [...plain].every(fits) ? plain : '?';
}

/** A string of the content stream, in the font's encoding: `(…)` or `<…>`. */
export function encoded({ font, text }: Run): string {
  if (font !== 'regular' && font !== 'bold') return `<${utf16(text)}>`;
  const bytes = [...text].map((character) => {
    const byte = WINDOWS_1252.get(character) ?? character.charCodeAt(0);
    return /[()\\]/.test(character) ? `\\${character}` : String.fromCharCode(Number(byte));
  });
  return `(${bytes.join('')})`;
}

/** Hexadecimal UTF-16, big end first. */
export function utf16(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('hex');
}
