import { describe, expect, test } from 'vitest';
import { statusOf } from '../../src/access/status.js';
import type { AccountFacts } from '../../src/access/status-types.js';
import { account, day, invoice, item, now, policy, subscription } from './account-facts.js';

const notices = (facts: AccountFacts, at = now) => statusOf(facts, policy, at).status.notices;
const brief = (facts: AccountFacts, at = now) =>
  notices(facts, at).map(({ kind, severity, dueAt }) => [kind, severity, dueAt]);
const trial = (more = {}) => subscription({ status: 'trialing', trialEnd: now + 10 * day, ...more });

describe('payment', () => {
  test('a past due subscription: pay before grace ends', () => {
    expect(notices(account([subscription({ status: 'past_due' })], [invoice()]))).toEqual([
      ...[
        {
          kind: 'PAYMENT_FAILED',
          severity: 'CRITICAL',
          dueAt: now + 5 * day,
          invoiceId: 'in_1',
          subscriptionId: 'sub_1',
        },
      ],
    ]);
  });
  test('after grace access is blocked, and that comes first', () => {
    const facts = account([subscription({ status: 'past_due' })], [invoice({ finalizedAt: now - 8 * day })]);
    expect(brief(facts)).toEqual([
      ['ACCESS_BLOCKED', 'CRITICAL', null],
      ['PAYMENT_FAILED', 'CRITICAL', null],
    ]);
  });
  test('one whose invoice is not mirrored yet is told all the same', () => {
    expect(notices(account([subscription({ status: 'unpaid' })])).map(({ kind }) => kind)).toEqual([
      'ACCESS_BLOCKED',
      'PAYMENT_FAILED',
    ]);
  });
  test('a first payment that waits for the person lasts 23 hours', () => {
    const first = subscription({ status: 'incomplete', created: now - 3_600 });
    const waits = invoice({ attempted: false, attemptCount: 0 });
    expect(brief(account([first], [waits]))).toEqual([['PAYMENT_ACTION_REQUIRED', 'WARNING', now + 22 * 3_600]]);
    expect(brief(account([first], [invoice()]))).toEqual([['PAYMENT_FAILED', 'WARNING', now + 22 * 3_600]]);
  });
  test('an upgrade that was declined warns, access stays', () => {
    const pending = subscription({ hasPendingUpdate: true, pendingUpdateExpiresAt: now + day });
    expect(brief(account([pending], [invoice()]))).toEqual([
      ['PAYMENT_FAILED', 'WARNING', null],
      ['PLAN_CHANGE_PENDING', 'INFO', now + day],
    ]);
  });
  test('a sent invoice that is not due yet is none', () => {
    const sent = invoice({ attempted: false, attemptCount: 0, dueDate: now + 10 * day });
    expect(brief(account([subscription({ collectionMethod: 'send_invoice' })], [sent]))).toEqual([]);
  });
});

describe('trial', () => {
  test('its end is told three days ahead, not before and not after', () => {
    expect(brief(account([trial()]), now + 7 * day - 1)).toEqual([]);
    expect(brief(account([trial()]), now + 7 * day)).toEqual([['TRIAL_ENDING', 'INFO', now + 10 * day]]);
    expect(brief(account([trial()]), now + 10 * day)).toEqual([]);
  });
  test('without a payment method it says so from the start, and warns at the end', () => {
    const facts = account([trial({ defaultPaymentMethodId: null })]);
    expect(brief(facts)).toEqual([['PAYMENT_METHOD_MISSING', 'INFO', now + 10 * day]]);
    expect(brief(facts, now + 8 * day)).toEqual([
      ['PAYMENT_METHOD_MISSING', 'WARNING', now + 10 * day],
      ['TRIAL_ENDING', 'WARNING', now + 10 * day],
    ]);
    expect(brief({ ...facts, defaultPaymentMethodId: 'pm_1' })).toEqual([]);
  });
  test('one that is canceled only ends', () => {
    const facts = account([trial({ cancelAt: now + 10 * day, defaultPaymentMethodId: null })]);
    expect(brief(facts, now + 9 * day)).toEqual([['CANCELLATION_PENDING', 'INFO', now + 10 * day]]);
  });
  test('one that is paused for want of a payment method asks for one', () => {
    const facts = account([subscription({ status: 'paused', defaultPaymentMethodId: null })]);
    expect(brief(facts).map(([kind]) => kind)).toEqual(['ACCESS_BLOCKED', 'PAYMENT_METHOD_MISSING']);
  });
});

describe('cards', () => {
  // Good to the end of January 2027: 68.5 days from now.
  const card = { id: 'pm_1', expMonth: 1, expYear: 2027 };
  const expiry = Date.UTC(2027, 1, 1) / 1000;
  test('the one that will be charged is told 30 days ahead, and still when it has expired', () => {
    const facts = account([subscription()], [], [card]);
    expect(statusOf(facts, policy, now).nextTransitionAt).toBe(expiry - 30 * day);
    expect(brief(facts, expiry - 30 * day - 1)).toEqual([]);
    expect(brief(facts, expiry - 30 * day)).toEqual([['CARD_EXPIRING', 'INFO', expiry]]);
    expect(brief(facts, expiry)).toEqual([['CARD_EXPIRING', 'WARNING', expiry]]);
  });
  test('once a card, by the customer’s default too; not for one that is not charged', () => {
    const byDefault = { defaultPaymentMethodId: null };
    const two = [
      subscription(byDefault),
      subscription({ ...byDefault, id: 'sub_2', items: [item({ group: 'addon' })] }),
    ];
    const facts = { ...account(two, [], [card]), defaultPaymentMethodId: 'pm_1' };
    expect(brief(facts, expiry)).toHaveLength(1);
    const ends = account([subscription({ cancelAt: expiry + day })], [], [card]);
    expect(brief(ends, expiry).map(([kind]) => kind)).toEqual(['CANCELLATION_PENDING']);
    expect(brief(account([subscription({ defaultPaymentMethodId: 'pm_2' })], [], [card]), expiry)).toEqual([]);
  });
});

test('two in force of one group: the younger is named; of different groups none', () => {
  const older = subscription({ id: 'sub_older', created: 1 });
  const younger = subscription({ id: 'sub_a_younger', created: 2 });
  const addon = subscription({ id: 'sub_addon', created: 3, items: [item({ group: 'addon' })] });
  expect(notices(account([younger, addon, older]))).toMatchObject([
    { kind: 'DUPLICATE_SUBSCRIPTION', severity: 'WARNING', subscriptionId: 'sub_a_younger' },
  ]);
  expect(notices(account([older, subscription({ status: 'unpaid' }), addon])).map(({ kind }) => kind)).toEqual([
    'PAYMENT_FAILED',
  ]);
});
