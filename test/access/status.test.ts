import { describe, expect, test } from 'vitest';
import { emptyStatus, isAllowed, statusOf } from '../../src/access/status.js';
import type { AccountFacts } from '../../src/access/status-types.js';
import { account, day, invoice, item, now, policy, subscription } from './account-facts.js';

const status = (facts: AccountFacts, at = now) => statusOf(facts, policy, at);
const ended = { status: 'canceled', canceledAt: now - 5 * day, endedAt: now - 5 * day };
const pastDue = { status: 'past_due' };

type Row = [what: string, facts: AccountFacts, state: string, reason: string | null, transition: number | null];
const rows: Row[] = [
  ['nothing ever bought', account([]), 'NONE', 'NO_SUBSCRIPTION', null],
  ['active', account([subscription()]), 'FULL', null, null],
  [
    'active, its invoice not attempted yet',
    account([subscription()], [invoice({ attempted: false })]),
    'FULL',
    null,
    null,
  ],
  ['active, collection paused', account([subscription({ collectionPaused: true })]), 'FULL', null, null],
  ['trialing', account([subscription({ status: 'trialing', trialEnd: now + 10 * day })]), 'FULL', null, now + 7 * day],
  [
    'trialing, its end passed but not heard of',
    account([subscription({ status: 'trialing', trialEnd: now - 60 })]),
    'FULL',
    null,
    null,
  ],
  ['past due, in grace', account([subscription(pastDue)], [invoice()]), 'GRACE', 'PAYMENT_FAILED', now + 5 * day],
  [
    'past due, waiting for the bank’s authentication',
    account([subscription(pastDue)], [invoice({ attemptCount: 0 })]),
    'GRACE',
    'PAYMENT_ACTION_REQUIRED',
    now + 5 * day,
  ],
  [
    'past due, grace over to the second',
    account([subscription(pastDue)], [invoice({ finalizedAt: now - 7 * day })]),
    'BLOCKED',
    'PAYMENT_FAILED',
    null,
  ],
  [
    'past due, a second before that',
    account([subscription(pastDue)], [invoice({ finalizedAt: now - 7 * day + 1 })]),
    'GRACE',
    'PAYMENT_FAILED',
    now + 1,
  ],
  [
    'past due, authentication never came',
    account([subscription(pastDue)], [invoice({ attemptCount: 0, finalizedAt: now - 8 * day })]),
    'BLOCKED',
    'PAYMENT_ACTION_REQUIRED',
    null,
  ],
  [
    'past due, its invoice not mirrored yet: since the period began',
    account([subscription({ ...pastDue, items: [item({ currentPeriodStart: now - day })] })]),
    'GRACE',
    'PAYMENT_FAILED',
    now + 6 * day,
  ],
  [
    'past due, sent invoice: since it fell due',
    account(
      [subscription({ ...pastDue, collectionMethod: 'send_invoice' })],
      [invoice({ attempted: false, attemptCount: 0, finalizedAt: now - 31 * day, dueDate: now - day })],
    ),
    'GRACE',
    'PAYMENT_FAILED',
    now + 6 * day,
  ],
  ['unpaid', account([subscription({ status: 'unpaid' })], [invoice()]), 'BLOCKED', 'UNPAID', null],
  ['paused', account([subscription({ status: 'paused' })]), 'BLOCKED', 'PAUSED', null],
  [
    'canceled at period end, until then',
    account([subscription({ cancelAtPeriodEnd: true, cancelAt: now + 20 * day })]),
    'FULL',
    null,
    now + 20 * day,
  ],
  [
    'canceled at period end, only the flag known',
    account([subscription({ cancelAtPeriodEnd: true })]),
    'FULL',
    null,
    now + 20 * day,
  ],
  ['canceled by the portal: only a date', account([subscription({ cancelAt: now + day })]), 'FULL', null, now + day],
  [
    'its end reached, Stripe’s word still late',
    account([subscription({ cancelAt: now })]),
    'BLOCKED',
    'CANCELED',
    null,
  ],
  [
    'trial canceled, its end reached',
    account([subscription({ status: 'trialing', trialEnd: now, cancelAt: now })]),
    'BLOCKED',
    'TRIAL_ENDED',
    null,
  ],
  ['ended', account([subscription(ended)]), 'BLOCKED', 'CANCELED', null],
  [
    'ended with its trial',
    account([subscription({ ...ended, trialEnd: now - 5 * day })]),
    'BLOCKED',
    'TRIAL_ENDED',
    null,
  ],
  [
    'ended by a trial’s first invoice, not paid',
    account([subscription({ ...ended, trialEnd: now - 5 * day - 3_600 })]),
    'BLOCKED',
    'TRIAL_ENDED',
    null,
  ],
  [
    'ended long after its trial',
    account([subscription({ ...ended, trialEnd: now - 9 * day })]),
    'BLOCKED',
    'CANCELED',
    null,
  ],
  ['incomplete, the first ever', account([subscription({ status: 'incomplete' })]), 'NONE', 'INCOMPLETE', null],
  [
    'incomplete, after one that ended',
    account([subscription({ status: 'incomplete' }), subscription({ ...ended, id: 'sub_0' })]),
    'BLOCKED',
    'INCOMPLETE',
    null,
  ],
  [
    'incomplete, its end passed before it was paid',
    account([subscription({ status: 'incomplete', cancelAt: now })]),
    'NONE',
    'NO_SUBSCRIPTION',
    null,
  ],
  [
    'incomplete expired, the only one',
    account([subscription({ status: 'incomplete_expired' })]),
    'NONE',
    'NO_SUBSCRIPTION',
    null,
  ],
  [
    'a word of Stripe’s that is not known',
    account([subscription({ status: 'hibernating' })]),
    'UNKNOWN',
    'UNKNOWN',
    null,
  ],
  [
    'a good one beside a failed one',
    account(
      [subscription({ ...pastDue, id: 'sub_0', created: 1 }), subscription({ id: 'sub_2' })],
      [invoice({ subscriptionId: 'sub_0', finalizedAt: 5 })],
    ),
    'FULL',
    null,
    null,
  ],
  [
    'one in grace beside one that is unpaid',
    account([subscription({ id: 'sub_0', status: 'unpaid' }), subscription(pastDue)], [invoice()]),
    'GRACE',
    'PAYMENT_FAILED',
    now + 5 * day,
  ],
  [
    'unknown is better than blocked',
    account([subscription({ id: 'sub_0', status: 'unpaid' }), subscription({ status: 'hibernating' })]),
    'UNKNOWN',
    'UNKNOWN',
    null,
  ],
];

describe('the table of access', () => {
  test.each(rows)('%s', (_what, facts, state, reason, nextTransitionAt) => {
    const computed = status(facts);
    expect(computed.status).toMatchObject({ state, reason });
    expect(computed.nextTransitionAt).toBe(nextTransitionAt);
  });

  test('FULL and GRACE let in, nothing else does', () => {
    expect((['FULL', 'GRACE', 'BLOCKED', 'NONE', 'UNKNOWN'] as const).filter(isAllowed)).toEqual(['FULL', 'GRACE']);
  });

  test('the empty status is that of no rows', () => {
    expect(status(account([])).status).toEqual(emptyStatus);
  });

  test('grace starts with the oldest unpaid attempted invoice: later ones, written off and paid ones do not count', () => {
    const oldest = invoice({ id: 'in_old', created: now - 6 * day, finalizedAt: now - 6 * day });
    const writtenOff = invoice({ id: 'in_off', status: 'uncollectible', finalizedAt: now - 50 * day });
    const settled = invoice({ id: 'in_settled', amountRemaining: 0, finalizedAt: now - 50 * day });
    const { status: computed } = status(account([subscription(pastDue)], [invoice(), writtenOff, oldest, settled]));
    expect(computed).toMatchObject({ graceEndsAt: now + day, openInvoice: { id: 'in_old' } });
  });

  test('of several in grace the one that lasts longest counts', () => {
    const facts = account(
      [subscription(pastDue), subscription({ ...pastDue, id: 'sub_2' })],
      [invoice(), invoice({ id: 'in_2', subscriptionId: 'sub_2', finalizedAt: now - 3_600 })],
    );
    expect(status(facts).status.graceEndsAt).toBe(now - 3_600 + 7 * day);
  });
});

describe('what a status shows', () => {
  test('subscriptions that are not ended, oldest first', () => {
    const facts = account([
      subscription({ id: 'sub_new', created: now }),
      subscription({ ...ended, id: 'sub_gone' }),
      subscription({
        id: 'sub_old',
        created: 5,
        cancelAt: now + day,
        items: [item(), item({ id: 'si_2', usageType: 'metered', quantity: null })],
      }),
    ]);
    const shown = status(facts).status.subscriptions;
    expect(shown.map(({ id }) => id)).toEqual(['sub_old', 'sub_new']);
    expect(shown[0]).toEqual({
      ...{ id: 'sub_old', status: 'active', trialEnd: null, endsAt: now + day, canceledAt: null },
      ...{ collectionPaused: false, hasPendingUpdate: false, latestInvoiceId: null },
      ...{ currentPeriodStart: now - 10 * day, currentPeriodEnd: now + 20 * day },
      items: [
        { id: 'si_1', priceId: 'price_team', productId: 'prod_team', quantity: '1' },
        { id: 'si_2', priceId: 'price_team', productId: 'prod_team', quantity: null },
      ],
    });
  });

  test('the open invoice is the oldest that waits for the person', () => {
    const facts = account(
      [subscription(), subscription({ id: 'sub_2', status: 'incomplete' })],
      [
        invoice({ id: 'in_not_tried', attempted: false, created: 1 }),
        invoice({ id: 'in_first', subscriptionId: 'sub_2', attempted: false, attemptCount: 0, created: now - 60 }),
        invoice({ id: 'in_one_off', subscriptionId: null, created: now - 5 }),
        invoice({ id: 'in_draft', status: 'draft', created: 2 }),
        invoice({ id: 'in_odd', status: 'frozen', created: 2 }),
      ],
    );
    expect(status(facts).status.openInvoice).toEqual({
      ...{ id: 'in_first', status: 'open', amountRemaining: 2_000, attemptCount: 0, nextPaymentAttempt: now + day },
    });
  });
});

describe('features', () => {
  const feature = (key: string, limit: string | null, name = key) => ({ key, name, limit });
  const withFeatures = (id: string, features: ReturnType<typeof feature>[], more = {}) =>
    subscription({ id, items: [item({ features })], ...more });
  const grants = (facts: AccountFacts) =>
    status(facts).status.features.map(({ key, limit, source }) => [key, limit, source]);

  test('the union, by key; the highest limit wins, and none is unlimited', () => {
    const facts = account([
      withFeatures('sub_1', [feature('seats', '9'), feature('api', null), feature('storage', '1.5')]),
      withFeatures('sub_2', [feature('seats', '10'), feature('api', '5'), feature('storage', '1.50')]),
      withFeatures('sub_3', [feature('seats', '-3'), feature('sso', '0')]),
    ]);
    expect(grants(facts)).toEqual([
      ['api', null, 'PLAN'],
      ['seats', '10', 'PLAN'],
      ['sso', '0', 'PLAN'],
      ['storage', expect.stringMatching(/^1\.50?$/), 'PLAN'],
    ]);
  });

  test('on trial they say so, unless as much of it is paid for', () => {
    const trial = { status: 'trialing', trialEnd: now + 10 * day };
    const facts = account([
      withFeatures('sub_1', [feature('seats', '5'), feature('sso', null)], trial),
      withFeatures('sub_2', [feature('seats', '5')]),
    ]);
    expect(grants(facts)).toEqual([
      ['seats', '5', 'PLAN'],
      ['sso', null, 'TRIAL'],
    ]);
  });

  test('grace keeps them; blocked, paused, incomplete, ended and unknown ones give none', () => {
    expect(grants(account([withFeatures('sub_1', [feature('sso', null)], pastDue)], [invoice()]))).toHaveLength(1);
    for (const word of ['unpaid', 'paused', 'incomplete', 'incomplete_expired', 'canceled', 'hibernating']) {
      expect(grants(account([withFeatures('sub_1', [feature('sso', null)], { status: word })]))).toEqual([]);
    }
    const over = invoice({ finalizedAt: now - 8 * day });
    expect(grants(account([withFeatures('sub_1', [feature('sso', null)], pastDue)], [over]))).toEqual([]);
  });
});
