import { encoded, FONTS, type Run, runsOf, textWidth, utf16 } from './pdf-text.js';

/** One line of text on a page; `right` aligns its end at `x`. Points, from the top left. */
export interface PdfText {
  x: number;
  y: number;
  text: string;
  size?: number;
  bold?: boolean;
  right?: boolean;
}
/** A thin horizontal line. */
export interface PdfRule {
  x: number;
  y: number;
  width: number;
}
export interface PdfPage {
  texts: PdfText[];
  rules?: PdfRule[];
}

export const PAGE = { width: 595, height: 842 };

/** A PDF of A4 pages: https://www.adobe.com/go/pdfreference (ISO 32000-1). The text can be searched and copied. */
export function writePdf(pages: PdfPage[], title: string): Buffer {
  const contents = pages.map(contentOf);
  const used = Object.values(FONTS).filter(({ name }) => contents.some((content) => content.includes(`/${name} `)));
  const bodies: string[] = [];
  const add = (body: string) => bodies.push(body);
  // The numbers of what follows are known before it is written.
  const fontAt = 3;
  const fontObjects = used.map((font) => ('encoding' in font ? 3 : 1));
  const first = fontAt + fontObjects.reduce((sum, count) => sum + count, 0);
  const kids = pages.map((_, at) => `${first + at * 2} 0 R`).join(' ');
  add('<< /Type /Catalog /Pages 2 0 R >>');
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  const fonts = used.map((font) => {
    const at = bodies.length + 1;
    for (const body of fontBodies(font, at)) add(body);
    return `/${font.name} ${at} 0 R`;
  });
  for (const content of contents) {
    const at = bodies.length + 1;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] ` +
        `/Resources << /Font << ${fonts.join(' ')} >> >> /Contents ${at + 1} 0 R >>`,
    );
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  add(`<< /Title <feff${utf16(title)}> >>`);
  return assembled(bodies);
}

/** Numbered objects, their places, and where to start. */
function assembled(bodies: string[]): Buffer {
  let file = '%PDF-1.5\n%\xe2\xe3\xcf\xd3\n';
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

type Font = (typeof FONTS)[keyof typeof FONTS];

function fontBodies(font: Font, at: number): string[] {
  if (!('encoding' in font)) {
    return [`<< /Type /Font /Subtype /Type1 /BaseFont /${font.base} /Encoding /WinAnsiEncoding >>`];
  }
  const { base, encoding, ordering } = font;
  return [
    `<< /Type /Font /Subtype /Type0 /BaseFont /${base} /Encoding /${encoding} /DescendantFonts [${at + 1} 0 R] >>`,
    `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /${base} /FontDescriptor ${at + 2} 0 R /DW 1000 ` +
      `/CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> >>`,
    `<< /Type /FontDescriptor /FontName /${base} /Flags 4 /FontBBox [0 -120 1000 880] /ItalicAngle 0 /Ascent 880 ` +
      '/Descent -120 /CapHeight 700 /StemV 80 >>',
  ];
}

function contentOf({ texts, rules = [] }: PdfPage): string {
  const lines = rules.map(({ x, y, width }) => {
    const up = (PAGE.height - y).toFixed(2);
    return `0.8 G 0.7 w ${x} ${up} m ${x + width} ${up} l S`;
  });
  return [...lines, ...texts.filter(({ text }) => text !== '').map(showText)].join('\n');
}

function showText({ x, y, text, size = 10, bold = false, right = false }: PdfText): string {
  const left = right ? x - textWidth(text, size, bold) : x;
  const parts = runsOf(text, bold).map((run) => showRun(run, size));
  return `BT ${left.toFixed(2)} ${(PAGE.height - y).toFixed(2)} Td ${parts.join(' ')} ET`;
}

/** What is not in Helvetica says what it means, for viewers without its font. */
function showRun(run: Run, size: number): string {
  const shown = `/${FONTS[run.font].name} ${size} Tf ${encoded(run)} Tj`;
  if (run.font === 'regular' || run.font === 'bold') return shown;
  return `/Span << /ActualText <feff${utf16(run.text)}> >> BDC ${shown} EMC`;
}
