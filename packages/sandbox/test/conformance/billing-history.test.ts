import { describe, expect, test } from 'vitest';
import { BillingHistory } from './billing-history.js';

const event = (type: string, object: Record<string, unknown> & { object: string }) => ({ type, data: { object } });
const paid = {
  id: 'in_1',
  object: 'invoice',
  status: 'paid',
  subtotal: 3000,
  total: 2700,
  amount_due: 2700,
  amount_paid: 2700,
  amount_remaining: 0,
  pre_payment_credit_notes_amount: 0,
  total_discount_amounts: [{ amount: 300 }],
  total_taxes: [],
  lines: { has_more: false, data: [{ amount: 3000, discount_amounts: [{ amount: 300 }], taxes: [] }] },
};

describe('a history of events', () => {
  test('that can be, has nothing wrong', () => {
    const history = new BillingHistory();
    const open = { ...paid, status: 'open', amount_paid: 0, amount_remaining: 2700 };
    expect(history.next(event('invoice.created', { ...open, status: 'draft' }))).toEqual([]);
    expect(history.next(event('invoice.finalized', open))).toEqual([]);
    expect(history.next(event('invoice.paid', paid))).toEqual([]);
  });

  test.each([
    ['subscription', 'canceled', 'active'],
    ['subscription', 'incomplete_expired', 'active'],
    ['invoice', 'paid', 'open'],
    ['payment_intent', 'succeeded', 'requires_payment_method'],
    ['checkout.session', 'expired', 'complete'],
  ])('a %s does not come back from %s to %s', (object, before, after) => {
    const history = new BillingHistory();
    const sums = object === 'invoice' ? paid : {};
    history.next(event(`${object}.updated`, { ...sums, id: 'x_1', object, status: before }));
    const found = history.next(event(`${object}.updated`, { ...sums, id: 'x_1', object, status: after }));
    expect(found[0]).toContain(`does not go from ${before} to ${after}`);
  });

  test('nothing is paid twice', () => {
    const history = new BillingHistory();
    expect(history.next(event('invoice.paid', paid))).toEqual([]);
    expect(history.next(event('invoice.paid', paid))).toEqual(['invoice.paid of in_1: happened before']);
  });

  test.each([
    ['a total beside its lines and discounts', { total: 2800 }, 'total is 2800, but 2700 adds up'],
    ['a subtotal beside its lines', { subtotal: 3100, total: 2800 }, 'subtotal is 3100, but 3000 adds up'],
    ['something left of a paid invoice', { amount_remaining: 1 }, 'amount_remaining is 1, but 0 adds up'],
    [
      'an open invoice whose payments do not add up',
      { status: 'open', amount_paid: 700, amount_remaining: 2700 },
      'amount_remaining is 2700, but 2000 adds up',
    ],
  ])('%s is found', (_, wrong, problem) => {
    const found = new BillingHistory().next(event('invoice.updated', { ...paid, ...wrong }));
    expect(found).toEqual([`invoice.updated of in_1: ${problem}`]);
  });
});
