import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { enterCard } from '../support/card-form.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const browser = useBrowser();
let sandbox: TestSandbox;
let price: Stripe.Price;
let customer: Stripe.Customer;

beforeAll(async () => {
  sandbox = await startTestSandbox();
  const product = await sandbox.stripe.products.create({ name: 'Team' });
  price = await sandbox.stripe.prices.create({
    product: product.id,
    currency: 'eur',
    unit_amount: 2900,
    recurring: { interval: 'month' },
  });
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  customer = await sandbox.stripe.customers.create({ email: 'alice@example.com', name: 'Alice (Ålesund) Example' });
});

async function openInvoice() {
  const subscription = await sandbox.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    expand: ['latest_invoice'],
  });
  const invoice = subscription.latest_invoice as Stripe.Invoice;
  const page = await browser.newPage();
  await page.goto(invoice.hosted_invoice_url as string);
  return { subscription, invoice, page };
}

test('an open invoice is paid on its page', async () => {
  const { subscription, invoice, page } = await openInvoice();
  await page.getByRole('heading', { name: '€29.00' }).waitFor();
  await page.getByText('1 × Team').waitFor();
  await enterCard(page, '4242424242424242');
  await page.getByRole('button', { name: 'Pay €29.00' }).click();
  await page.getByText(/^Paid on/).waitFor();
  expect(await page.getByLabel('Card number').count()).toBe(0);
  expect(await sandbox.stripe.invoices.retrieve(invoice.id as string)).toMatchObject({ status: 'paid' });
  const after = await sandbox.stripe.subscriptions.retrieve(subscription.id, { expand: ['default_payment_method'] });
  expect(after).toMatchObject({ status: 'active', default_payment_method: { card: { last4: '4242' } } });
});

test('a declined card is told, 3D Secure leads back to the invoice, failed or paid', async () => {
  const { page, invoice } = await openInvoice();
  await enterCard(page, '4000000000000002');
  const pay = page.getByRole('button', { name: 'Pay €29.00' });
  await pay.click();
  await page.getByText('Your card was declined.').waitFor();
  await enterCard(page, '4000002760003184');
  await pay.click();
  await page.getByRole('button', { name: 'Fail authentication' }).click();
  await page.getByText('The payment did not go through.').waitFor();
  await enterCard(page, '4000002760003184');
  await pay.click();
  await page.getByText('approve this payment').waitFor();
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText(/^Paid on/).waitFor();
  expect(await sandbox.stripe.invoices.retrieve(invoice.id as string)).toMatchObject({ status: 'paid' });
});

test('an invoice that was paid meanwhile is not paid again', async () => {
  const { page, invoice } = await openInvoice();
  const { stripe } = sandbox;
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  await stripe.invoices.pay(invoice.id as string, { payment_method: method.id });
  await enterCard(page, '4242424242424242');
  await page.getByRole('button', { name: 'Pay €29.00' }).click();
  await page.getByText(/^Paid on/).waitFor();
  const charges = sandbox.events('charge.succeeded').map(({ data }) => data.object as Stripe.Charge);
  expect(charges.filter((charge) => charge.customer === customer.id)).toHaveLength(1);
});

test('the PDF link gives a PDF that says the same', async () => {
  const { invoice } = await openInvoice();
  const response = await fetch(invoice.invoice_pdf as string);
  expect(response.headers.get('content-type')).toBe('application/pdf');
  const file = Buffer.from(await response.arrayBuffer()).toString('latin1');
  expect(file.startsWith('%PDF-1.5')).toBe(true);
  for (const text of [invoice.number as string, 'Alice \\(Ålesund\\) Example', '\x8029.00', '1 × Team']) {
    expect(file).toContain(text);
  }
  // Every entry of the cross-reference table points at its object.
  const start = Number(/startxref\n(\d+)/.exec(file)?.[1]);
  const offsets = [...file.slice(start).matchAll(/^(\d{10}) 00000 n/gm)].map(([, offset]) => Number(offset));
  expect(offsets.length).toBeGreaterThan(5);
  offsets.forEach((offset, index) => {
    expect(file.slice(offset).startsWith(`${index + 1} 0 obj`)).toBe(true);
  });
});

test('the page says who is billed line by line, what is taken off, and years where they differ', async () => {
  const { stripe } = sandbox;
  const address = { line1: 'Main Street 1', postal_code: '10115', city: 'Berlin', country: 'DE' };
  await stripe.customers.update(customer.id, { address });
  const add = (amount: number, description: string, period?: { start: number; end: number }) =>
    stripe.invoiceItems.create({
      customer: customer.id,
      currency: 'eur',
      amount,
      description,
      ...(period && { period }),
    });
  const start = Date.UTC(2027, 5, 1) / 1000;
  await add(10_000, 'Support', { start, end: Date.UTC(2028, 5, 1) / 1000 });
  await add(-2000, 'Goodwill', { start, end: Date.UTC(2027, 6, 1) / 1000 });
  const draft = await stripe.invoices.create({
    customer: customer.id,
    collection_method: 'send_invoice',
    days_until_due: 30,
    pending_invoice_items_behavior: 'include',
  });
  const invoice = await stripe.invoices.finalizeInvoice(draft.id as string);
  const page = await browser.newPage();
  await page.goto(invoice.hosted_invoice_url as string);
  await page.getByText('Jun 1, 2027 – Jun 1, 2028').waitFor();
  await page.getByText('Jun 1 – Jul 1, 2027').waitFor();
  await page.getByText('−€20.00').waitFor();
  const [billed] = await page.locator('dd', { hasText: 'Main Street 1' }).allInnerTexts();
  expect(billed).toBe('Alice (Ålesund) Example, alice@example.com\nMain Street 1, 10115 Berlin, DE');
  expect(await page.getByLabel('Country or region').inputValue()).toBe('DE');
});

test('there is no page for an unknown invoice', async () => {
  const page = await browser.newPage();
  const response = await page.goto(`${sandbox.url}/i/in_unknown`);
  expect(response?.status()).toBe(404);
});
