import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const DAY = 86_400;
let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

async function pay(payment_method: string, amount = 4200): Promise<{ intent: string; charge: string }> {
  const intent = await stripe.paymentIntents.create({ amount, currency: 'usd', confirm: true, payment_method });
  return { intent: intent.id, charge: intent.latest_charge as string };
}

/** Pays, and waits for the disputes that come by themselves. */
async function disputed(card: string, count = 1) {
  const { charge, intent } = await pay(card);
  const list = async () => (await stripe.disputes.list({ payment_intent: intent })).data;
  await expect.poll(async () => (await list()).length).toBe(count);
  const disputes = await list();
  return { charge, intent, disputes, dispute: disputes[0] as Stripe.Dispute };
}

const toldOf = (id: string) =>
  sandbox
    .events()
    .filter(({ data }) => (data.object as { id?: string }).id === id)
    .map(({ type }) => type);
const net = ({ balance_transactions }: Stripe.Dispute) =>
  balance_transactions.reduce((sum, transaction) => sum + transaction.net, 0);

test('a fraudulent charge is disputed, and the money with the fee is gone', async () => {
  const { charge, intent, dispute } = await disputed('pm_card_createDispute');
  expect(dispute).toMatchObject({
    amount: 4200,
    charge,
    currency: 'usd',
    evidence_details: { has_evidence: false, past_due: false, submission_count: 0 },
    is_charge_refundable: false,
    payment_intent: intent,
    payment_method_details: { type: 'card', card: { case_type: 'chargeback', network_reason_code: '10.4' } },
    reason: 'fraudulent',
    status: 'needs_response',
  });
  expect(dispute.balance_transactions).toMatchObject([{ amount: -4200, fee: 1500, net: -5700, type: 'adjustment' }]);
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true, refunded: false });
  expect(await stripe.paymentIntents.retrieve(intent)).toMatchObject({ status: 'succeeded' });
  expect(toldOf(dispute.id)).toEqual(['charge.dispute.created', 'charge.dispute.funds_withdrawn']);
  const { data } = await stripe.disputes.list({ charge, expand: ['data.charge'] });
  expect(data[0]?.charge).toMatchObject({ id: charge, object: 'charge' });
});

test.each([
  ['pm_card_createDisputeProductNotReceived', 'product_not_received', 'chargeback', []],
  ['pm_card_createCe3EligibleDispute', 'fraudulent', 'chargeback', ['visa_compelling_evidence_3']],
  ['pm_card_createComplianceDispute', 'noncompliant', 'compliance', ['visa_compliance']],
])('%s is disputed as %s (%s)', async (card, reason, case_type, enhanced_eligibility_types) => {
  const { dispute } = await disputed(card);
  expect(dispute).toMatchObject({
    enhanced_eligibility_types,
    payment_method_details: { card: { case_type } },
    reason,
    status: 'needs_response',
  });
});

test('a card number raises a dispute like its name, also of a renewal', async () => {
  const method = await stripe.paymentMethods.create({
    type: 'card',
    card: { number: '4000000000000259', exp_month: 12, exp_year: 2040, cvc: '123' },
  });
  const customer = await customerWithCard(stripe, method.id);
  const price = await monthlyPrice(stripe, 2900);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  const { data } = await stripe.charges.list({ customer: customer.id });
  await expect.poll(async () => (await stripe.disputes.list({ charge: data[0]?.id as string })).data.length).toBe(1);
  // What is disputed was paid: the invoice and its subscription stay as they are.
  expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({ status: 'active' });
  expect(await stripe.invoices.retrieve(subscription.latest_invoice as string)).toMatchObject({ status: 'paid' });
});

test('a dispute of a customer on a test clock has its time, and its deadline there', async () => {
  const frozen_time = sandbox.now() + 300 * DAY;
  const clock = await stripe.testHelpers.testClocks.create({ frozen_time });
  const customer = await stripe.customers.create({
    invoice_settings: { default_payment_method: 'pm_card_createDispute' },
    payment_method: 'pm_card_createDispute',
    test_clock: clock.id,
  });
  const price = await monthlyPrice(stripe, 2900);
  await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  const charge = (await stripe.charges.list({ customer: customer.id })).data[0]?.id as string;
  const dispute = async () => (await stripe.disputes.list({ charge })).data[0];
  await expect.poll(dispute).toMatchObject({ created: frozen_time, status: 'needs_response' });
  await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: frozen_time + 25 * DAY });
  await expect.poll(dispute).toMatchObject({ status: 'lost' });
});

test('several disputes of one charge share its amount', async () => {
  const { disputes } = await disputed('pm_card_createMultipleDisputes', 2);
  expect(disputes.map(({ amount }) => amount)).toEqual([2100, 2100]);
  expect(new Set(disputes.map(({ reason }) => reason)).size).toBe(2);
});

describe('a response', () => {
  test('with winning evidence goes under review, wins, and brings money and fee back', async () => {
    const { dispute, charge } = await disputed('pm_card_createDispute');
    const submitted = await stripe.disputes.update(dispute.id, {
      evidence: { customer_name: 'Alice Example', uncategorized_text: 'winning_evidence' },
      metadata: { case: '7' },
    });
    expect(submitted).toMatchObject({
      evidence: { customer_name: 'Alice Example', uncategorized_text: 'winning_evidence' },
      evidence_details: { has_evidence: true, submission_count: 1, submission_method: 'manual' },
      metadata: { case: '7' },
      status: 'under_review',
    });
    await sandbox.advance(10);
    const won = await stripe.disputes.retrieve(dispute.id);
    expect(won).toMatchObject({ status: 'won' });
    expect(net(won)).toBe(0);
    expect(toldOf(dispute.id)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
    expect(await stripe.charges.retrieve(charge)).toMatchObject({ disputed: true });
  });

  test('with losing evidence loses, for good', async () => {
    const { dispute } = await disputed('pm_card_createDispute');
    await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'losing_evidence' } });
    await sandbox.advance(10);
    const lost = await stripe.disputes.retrieve(dispute.id);
    expect(lost).toMatchObject({ status: 'lost' });
    expect(net(lost)).toBe(-5700);
    expect(toldOf(dispute.id).at(-1)).toBe('charge.dispute.closed');
    await expect(
      stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'winning_evidence' } }),
    ).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.disputes.close(dispute.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  test('is kept until it is submitted, and submitted once', async () => {
    const { dispute } = await disputed('pm_card_createDispute');
    const staged = await stripe.disputes.update(dispute.id, {
      evidence: { uncategorized_text: 'winning_evidence' },
      submit: false,
    });
    expect(staged).toMatchObject({
      evidence_details: { has_evidence: true, submission_count: 0, submission_method: 'not_submitted' },
      status: 'needs_response',
    });
    expect(await stripe.disputes.update(dispute.id, { submit: true })).toMatchObject({ status: 'under_review' });
    await expect(stripe.disputes.update(dispute.id, { submit: true })).rejects.toMatchObject({ statusCode: 400 });
    await sandbox.advance(10);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'won' });
  });

  test('in other words stays under review; metadata alone submits nothing', async () => {
    const { dispute } = await disputed('pm_card_createDispute');
    expect(await stripe.disputes.update(dispute.id, { metadata: { case: '8' } })).toMatchObject({
      evidence_details: { submission_count: 0 },
      status: 'needs_response',
    });
    await stripe.disputes.update(dispute.id, { evidence: { product_description: 'Seats of Team' } });
    await sandbox.advance(60 * DAY);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'under_review' });
  });

  test('that never comes loses when the time is over', async () => {
    const { dispute } = await disputed('pm_card_createDispute');
    const due = dispute.evidence_details.due_by as number;
    expect(due - dispute.created).toBeGreaterThan(7 * DAY);
    await sandbox.advance(due - sandbox.now() - 60);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'needs_response' });
    await sandbox.advance(120);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'lost' });
    expect(toldOf(dispute.id).at(-1)).toBe('charge.dispute.closed');
  });

  test('is not needed to accept a dispute', async () => {
    const { dispute } = await disputed('pm_card_createDisputeProductNotReceived');
    expect(await stripe.disputes.close(dispute.id)).toMatchObject({ status: 'lost' });
    expect(toldOf(dispute.id).at(-1)).toBe('charge.dispute.closed');
  });
});

describe('an inquiry', () => {
  test('takes no money, and leaves the charge refundable: a refund ends it', async () => {
    const { charge, dispute } = await disputed('pm_card_createDisputeInquiry');
    expect(dispute).toMatchObject({
      balance_transactions: [],
      is_charge_refundable: true,
      payment_method_details: { card: { case_type: 'inquiry' } },
      status: 'warning_needs_response',
    });
    expect(toldOf(dispute.id)).toEqual(['charge.dispute.created']);
    await stripe.refunds.create({ charge, amount: 1000 });
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'warning_needs_response' });
    await stripe.refunds.create({ charge });
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({
      balance_transactions: [],
      status: 'warning_closed',
    });
  });

  test('that is answered well is closed', async () => {
    const { dispute } = await disputed('pm_card_createDisputeInquiry');
    await expect(stripe.disputes.close(dispute.id)).rejects.toMatchObject({ statusCode: 400 });
    const answered = await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'losing_evidence' } });
    expect(answered.status).toBe('warning_under_review');
    await sandbox.advance(10);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'warning_closed' });
    expect(toldOf(dispute.id).at(-1)).toBe('charge.dispute.closed');
  });

  test('that escalates becomes a chargeback of what was not refunded', async () => {
    const { charge, dispute } = await disputed('pm_card_createDisputeInquiry');
    await stripe.refunds.create({ charge, amount: 1200 });
    await stripe.disputes.update(dispute.id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } });
    await sandbox.advance(10);
    const escalated = await stripe.disputes.retrieve(dispute.id);
    expect(escalated).toMatchObject({ amount: 3000, is_charge_refundable: false, status: 'needs_response' });
    expect(net(escalated)).toBe(-4500);
    await expect(stripe.refunds.create({ charge })).rejects.toMatchObject({ code: 'charge_disputed' });
  });

  test('that nobody answers ends after 120 days', async () => {
    const { dispute } = await disputed('pm_card_createDisputeInquiry');
    await sandbox.advance(119 * DAY);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'warning_needs_response' });
    await sandbox.advance(2 * DAY);
    expect(await stripe.disputes.retrieve(dispute.id)).toMatchObject({ status: 'warning_closed' });
  });
});

test('an early fraud warning asks for a refund, which answers it', async () => {
  const { charge, intent } = await pay('pm_card_createIssuerFraudRecord');
  const list = async () => (await stripe.radar.earlyFraudWarnings.list({ charge })).data;
  await expect.poll(async () => (await list()).length).toBe(1);
  const [warning] = await list();
  expect(warning).toMatchObject({
    actionable: true,
    charge,
    fraud_type: 'unauthorized_use_of_card',
    payment_intent: intent,
  });
  await stripe.refunds.create({ charge });
  expect(await stripe.radar.earlyFraudWarnings.retrieve(warning?.id as string)).toMatchObject({ actionable: false });
  expect(toldOf(warning?.id as string)).toEqual([
    'radar.early_fraud_warning.created',
    'radar.early_fraud_warning.updated',
  ]);
  expect((await stripe.disputes.list({ charge })).data).toEqual([]);
});

test('documents are refused: the sandbox keeps no files', async () => {
  const { dispute } = await disputed('pm_card_createDispute');
  await expect(stripe.disputes.update(dispute.id, { evidence: { receipt: 'file_123' } })).rejects.toMatchObject({
    code: 'parameter_unknown',
    param: 'evidence[receipt]',
  });
  await expect(stripe.disputes.retrieve('du_unknown')).rejects.toMatchObject({ statusCode: 404 });
});
