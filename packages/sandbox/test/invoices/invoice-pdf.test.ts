import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function invoiceFile(
  customer: Stripe.CustomerCreateParams,
  lines: Stripe.InvoiceAddLinesParams.Line[],
  more: Partial<Stripe.InvoiceCreateParams> = {},
): Promise<string> {
  const { id } = await stripe.customers.create(customer);
  const draft = await stripe.invoices.create({ customer: id, ...more });
  await stripe.invoices.addLines(draft.id, { lines });
  const { invoice_pdf } = await stripe.invoices.finalizeInvoice(draft.id);
  return Buffer.from(await (await fetch(invoice_pdf as string)).arrayBuffer()).toString('latin1');
}

interface Shown {
  x: number;
  /** From the top. */
  y: number;
  text: string;
}
/** The file was read as Latin 1, which lacks this one of the characters that the tests use. */
const windows1252 = (text: string) => text.replaceAll('\x80', '€');
const utf16 = (hex: string) => new TextDecoder('utf-16be').decode(Buffer.from(hex, 'hex'));

/** What stands on each page, read from its content stream as a viewer does. */
function pagesOf(file: string): Shown[][] {
  const object = (number: number) =>
    new RegExp(`(?:^|\\n)${number} 0 obj\\n([\\s\\S]*?)\\nendobj`).exec(file)?.[1] ?? '';
  const kids = /\/Kids \[([^\]]*)\]/.exec(object(2))?.[1]?.match(/\d+(?= 0 R)/g) ?? [];
  return kids.map((kid) => {
    const body = object(Number(/\/Contents (\d+) 0 R/.exec(object(Number(kid)))?.[1]));
    const stream = /<< \/Length (\d+) >>\nstream\n([\s\S]*)\nendstream/.exec(body);
    expect(stream?.[2]).toHaveLength(Number(stream?.[1]));
    return [...(stream?.[2] ?? '').matchAll(/BT ([\d.]+) ([\d.]+) Td (.*) ET/g)].map(([, x, y, shown = '']) => ({
      x: Number(x),
      y: 842 - Number(y),
      text: [...shown.matchAll(/\/ActualText <feff([0-9a-f]*)>.*?EMC|\(((?:\\.|[^\\)])*)\) Tj/g)]
        .map(([, east, west = '']) => (east === undefined ? windows1252(west.replace(/\\(.)/g, '$1')) : utf16(east)))
        .join(''),
    }));
  });
}
const texts = (pages: Shown[][]) => pages.map((page) => page.map(({ text }) => text));

test('many lines fill several pages, each with its head and number; nothing is lost or off the page', async () => {
  const lines = Array.from({ length: 90 }, (_, at) => ({ amount: 100 + at, description: `Work ${at + 1}.` }));
  const pages = pagesOf(await invoiceFile({ name: 'Alice' }, lines));
  expect(pages.length).toBeGreaterThan(3);
  const shown = texts(pages);
  shown.forEach((page, at) => {
    // The last page may hold the totals alone.
    const heads = page.some((text) => text.startsWith('Work ')) ? 1 : 0;
    expect(page.filter((text) => text === 'Description')).toHaveLength(heads);
    expect(page).toContain(`Page ${at + 1} of ${pages.length}`);
  });
  const all = shown.flat();
  for (const { description } of lines) expect(all.filter((text) => text === description)).toHaveLength(1);
  for (const { x, y } of pages.flat()) {
    expect(x).toBeGreaterThanOrEqual(56);
    expect(x).toBeLessThan(539);
    expect(y).toBeGreaterThan(40);
    expect(y).toBeLessThan(810);
  }
  // 90 × 100 + 89 × 90 / 2 = 13,005
  expect(shown.at(-1)).toContain('$130.05');
});

test('long descriptions are broken into lines that end before the quantity, long words too', async () => {
  const long = 'All that was done and more of it, '.repeat(30);
  const word = 'x'.repeat(300);
  const pages = pagesOf(
    await invoiceFile({}, [
      { amount: 500, description: long },
      { amount: 500, description: word },
    ]),
  );
  const broken = texts(pages).flat();
  expect(broken.join(' ')).toContain(long.trim().slice(0, 60));
  expect(broken.filter((text) => /^x+$/.test(text)).join('')).toBe(word);
  expect(Math.max(...broken.map((text) => text.length))).toBeLessThan(110);
});

test('names in any script are kept: as they are, or without marks that the font lacks', async () => {
  const name = 'Zoë Müller (Ålesund) €, Łukasz Őri';
  const east = '株式会社アクメ';
  const pages = pagesOf(
    await invoiceFile({ name }, [
      { amount: 500, description: east },
      { amount: 500, description: '김철수 & 王小明' },
      { amount: 500, description: 'Иван Ωmega' },
      { amount: 500, description: 'ไทย \u{1f600}' },
    ]),
  );
  const shown = texts(pages).flat();
  expect(shown).toContain('Zoë Müller (Ålesund) €, Lukasz Ori');
  for (const text of [east, '김철수 & 王小明', 'Иван Ωmega', '??? ?']) expect(shown).toContain(text);
});

test('memo, footer, own fields, addresses and the due date are on it', async () => {
  const address = { line1: 'Straße 1', postal_code: '10115', city: 'Berlin', country: 'DE' };
  const file = await invoiceFile(
    { name: 'Alice', email: 'alice@example.com', address },
    [{ amount: 1200, description: 'Work' }],
    {
      collection_method: 'send_invoice',
      due_date: 2_000_000_000,
      custom_fields: [{ name: 'Order', value: 'PO-7' }],
      description: 'Thank you',
      footer: 'Registered in Utopia',
      number: 'ACME-7',
    },
  );
  const shown = texts(pagesOf(file)).flat();
  for (const text of [
    'ACME-7',
    'Alice, alice@example.com',
    'Straße 1, 10115 Berlin, DE',
    'May 18, 2033',
    'Order',
    'PO-7',
    'Thank you',
    'Registered in Utopia',
  ]) {
    expect(shown).toContain(text);
  }
  const page = await (await fetch(`${sandbox.url}/i/${(await stripe.invoices.list({ limit: 1 })).data[0]?.id}`)).text();
  for (const text of ['PO-7', 'Thank you', 'Registered in Utopia', 'Straße 1, 10115 Berlin, DE']) {
    expect(page).toContain(text);
  }
});
