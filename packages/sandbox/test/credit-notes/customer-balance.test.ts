import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { billed } from './bill.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

test('a balance transaction is retrieved and described anew, its amount stays', async () => {
  const { id: customer } = await stripe.customers.create({ email: 'alice@example.com' });
  const made = await stripe.customers.createBalanceTransaction(customer, {
    amount: -500,
    currency: 'usd',
    description: 'Goodwill',
    metadata: { ticket: '7' },
  });
  expect(await stripe.customers.retrieveBalanceTransaction(customer, made.id)).toEqual(made);
  const updated = await stripe.customers.updateBalanceTransaction(customer, made.id, {
    description: 'Goodwill for the outage',
    metadata: { ticket: '', case: '8' },
  });
  expect(updated).toMatchObject({
    amount: -500,
    description: 'Goodwill for the outage',
    ending_balance: -500,
    metadata: { case: '8' },
  });
  const { id: other } = await stripe.customers.create({});
  await expect(stripe.customers.retrieveBalanceTransaction(other, made.id)).rejects.toMatchObject({
    code: 'resource_missing',
    statusCode: 404,
  });
});

test('balance transactions are listed by their invoice and their time', async () => {
  const { customer, id } = await billed(stripe, { lines: [{ name: 'Seats' }], card: 'pm_card_visa' });
  await stripe.customers.createBalanceTransaction(customer.id, { amount: 300, currency: 'usd' });
  await sandbox.advance(60);
  const note = await stripe.creditNotes.create({ invoice: id, amount: 400, credit_amount: 400 });
  const ofInvoice = await stripe.customers.listBalanceTransactions(customer.id, { invoice: id });
  expect(ofInvoice.data).toMatchObject([{ amount: -400, credit_note: note.id, type: 'credit_note' }]);
  const before = await stripe.customers.listBalanceTransactions(customer.id, { created: { lt: note.created } });
  expect(before.data.map(({ amount }) => amount)).toEqual([300]);
});

test('a customer without a discount has none to delete', async () => {
  const { id } = await stripe.customers.create({});
  await expect(stripe.customers.deleteDiscount(id)).rejects.toMatchObject({
    code: 'resource_missing',
    message: `No active discount for customer: ${id}`,
    statusCode: 404,
  });
  await expect(stripe.customers.deleteDiscount('cus_unknown')).rejects.toMatchObject({ statusCode: 404 });
});

test('tax ids stand alone: those of a customer, and the account’s own', async () => {
  const { id: customer } = await stripe.customers.create({});
  const own = await stripe.taxIds.create({ type: 'us_ein', value: '12-3456789' });
  expect(own).toMatchObject({ customer: null, owner: { type: 'self' }, type: 'us_ein', value: '12-3456789' });
  const theirs = await stripe.taxIds.create({
    owner: { type: 'customer', customer },
    type: 'eu_vat',
    value: 'DE123456789',
  });
  expect(theirs).toMatchObject({ country: 'DE', customer, owner: { type: 'customer', customer } });
  expect((await stripe.taxIds.list()).data.map(({ id }) => id)).toEqual([own.id]);
  expect((await stripe.taxIds.list({ owner: { type: 'customer', customer } })).data.map(({ id }) => id)).toEqual([
    theirs.id,
  ]);
  expect(await stripe.customers.retrieveTaxId(customer, theirs.id)).toMatchObject({ id: theirs.id });
  expect(await stripe.taxIds.retrieve(theirs.id)).toMatchObject({ value: 'DE123456789' });
  expect(await stripe.taxIds.del(theirs.id)).toEqual({ id: theirs.id, object: 'tax_id', deleted: true });
  await stripe.taxIds.del(own.id);
  await expect(stripe.taxIds.retrieve(theirs.id)).rejects.toMatchObject({ statusCode: 404 });
  // Events are about customers only.
  expect(sandbox.events('customer.tax_id.created', 'customer.tax_id.deleted')).toHaveLength(2);
  await expect(
    stripe.taxIds.create({ owner: { type: 'customer' }, type: 'eu_vat', value: 'DE123456789' }),
  ).rejects.toMatchObject({ param: 'owner[customer]' });
});
