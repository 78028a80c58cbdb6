/** One line of text on the page; `right` aligns its end at `x`. Points, from the top left. */
export interface PdfText {
  x: number;
  y: number;
  text: string;
  size?: number;
  bold?: boolean;
  right?: boolean;
}

const PAGE = { width: 595, height: 842, foot: 60 };

/**
 * A PDF of A4 pages with text in Helvetica, which every viewer has. Characters outside Windows-1252 become `?`.
 * Lines below the foot of a page go on the next one.
 */
export function writePdf(texts: PdfText[], title: string): Buffer {
  const usable = PAGE.height - PAGE.foot;
  const pages = new Map<number, PdfText[]>();
  for (const text of texts) {
    const page = Math.floor(text.y / usable);
    pages.set(page, [...(pages.get(page) ?? []), { ...text, y: text.y - page * usable }]);
  }
  const contents = [...pages.entries()].sort(([a], [b]) => a - b).map(([, lines]) => lines.map(showText).join('\n'));
  const first = 5;
  const bodies: string[] = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${contents.map((_, index) => `${first + index * 2} 0 R`).join(' ')}] /Count ${contents.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
  ];
  for (const [index, content] of contents.entries()) {
    bodies.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] ` +
        `/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> /Contents ${first + index * 2 + 1} 0 R >>`,
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    );
  }
  bodies.push(`<< /Title (${escaped(title)}) >>`);

  let file = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
  const offsets = bodies.map((body, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return offset;
  });
  const xref = file.length;
  file += `xref\n0 ${bodies.length + 1}\n0000000000 65535 f \n`;
  file += offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  file += `trailer\n<< /Size ${bodies.length + 1} /Root 1 0 R /Info ${bodies.length} 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

function showText({ x, y, text, size = 10, bold = false, right = false }: PdfText): string {
  const left = right ? x - width(text, size, bold) : x;
  return `BT /F${bold ? 2 : 1} ${size} Tf ${left.toFixed(2)} ${(PAGE.height - y).toFixed(2)} Td (${escaped(text)}) Tj ET`;
}

const WINDOWS_1252 = new Map(
  [...'€‚ƒ„…†‡ˆ‰Š‹Œ'].map((character, index) => [character, 0x80 + index + (index > 0 ? 1 : 0)]),
);
for (const [character, code] of [
  ['Ž', 0x8e],
  ['‘', 0x91],
  ['’', 0x92],
  ['“', 0x93],
  ['”', 0x94],
  ['•', 0x95],
  ['–', 0x96],
  ['—', 0x97],
  ['™', 0x99],
  ['š', 0x9a],
  ['œ', 0x9c],
  ['ž', 0x9e],
  ['Ÿ', 0x9f],
] as const) {
  WINDOWS_1252.set(character, code);
}

function escaped(text: string): string {
  return [...text]
    .map((character) => {
      const code = character.charCodeAt(0);
      if (character === '(' || character === ')' || character === '\\') return `\\${character}`;
      if ((code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xff)) return character;
      return String.fromCharCode(WINDOWS_1252.get(character) ?? 0x3f);
    })
    .join('');
}

// Helvetica's advance widths, in thousandths of the size, for what is right-aligned: figures and currency signs.
const NARROW = new Set([...".,:;!|'ijl ()[]/-ftI"]);
function width(text: string, size: number, bold: boolean): number {
  const units = [...text].reduce((sum, character) => {
    if (/[0-9$€£]/.test(character)) return sum + 556;
    if (NARROW.has(character)) return sum + (character === '-' || character === '(' || character === ')' ? 333 : 278);
    return sum + (/[A-Z]/.test(character) ? 690 : 540);
  }, 0);
  return (units * size * (bold ? 1.02 : 1)) / 1000;
}
