import { expect, test } from 'vitest';
import { type CauseHint, causeOf } from '../../src/access/cause.js';
import { emptyStatus, statusOf } from '../../src/access/status.js';
import type { AccountFacts, StatusCause } from '../../src/access/status-types.js';
import { account, day, invoice, item, now, policy, subscription } from './account-facts.js';

const status = (facts: AccountFacts, at = now) => statusOf(facts, policy, at).status;
const none = account([]);
const active = account([subscription()]);
const pastDue = account([subscription({ status: 'past_due' })], [invoice()]);
const firstPayment = invoice({ attempted: false, attemptCount: 0 });
const incomplete = account([subscription({ status: 'incomplete' })], [firstPayment]);
const trialing = account([subscription({ status: 'trialing', trialEnd: now + 2 * day })]);
const canceling = account([subscription({ cancelAt: now + 20 * day })]);
const renewed = account([subscription({ items: [item({ currentPeriodEnd: now + 50 * day })] })]);
const withFeature = account([
  subscription({ items: [item({ features: [{ key: 'sso', name: 'SSO', limit: null }] })] }),
]);

type Row = [
  cause: StatusCause,
  what: string,
  before: AccountFacts | null,
  after: AccountFacts,
  hint?: CauseHint,
  atAfter?: number,
  atBefore?: number,
];
const rows: Row[] = [
  ['SUBSCRIPTION_STARTED', 'bought at once', none, active],
  ['SUBSCRIPTION_STARTED', 'the first thing ever known of an account', null, active],
  ['SUBSCRIPTION_STARTED', 'the first payment came', incomplete, active],
  ['SUBSCRIPTION_STARTED', 'a trial began', none, trialing],
  ['PAYMENT_ACTION_REQUIRED', 'a first payment waits', none, incomplete],
  [
    'PAYMENT_ACTION_REQUIRED',
    'a start whose invoice is not known yet',
    none,
    account([subscription({ status: 'incomplete' })]),
  ],
  [
    'PAYMENT_FAILED',
    'the first payment was declined',
    incomplete,
    account([subscription({ status: 'incomplete' })], [invoice()]),
  ],
  ['SUBSCRIPTION_ENDED', 'ended', active, account([subscription({ status: 'canceled', endedAt: now })])],
  ['SUBSCRIPTION_ENDED', 'its end came by time', canceling, canceling, {}, now + 20 * day],
  [
    'SUBSCRIPTION_ENDED',
    'a start that was given up',
    incomplete,
    account([subscription({ status: 'incomplete_expired' })]),
  ],
  ['PAUSED', 'paused', active, account([subscription({ status: 'paused' })])],
  ['RESUMED', 'resumed', account([subscription({ status: 'paused' })]), active],
  ['PAYMENT_FAILED', 'a renewal failed', active, pastDue],
  [
    'PAYMENT_FAILED',
    'a renewal failed, its invoice not known yet',
    active,
    account([subscription({ status: 'past_due' })]),
  ],
  [
    'PAYMENT_FAILED',
    'tried again in vain',
    pastDue,
    account([subscription({ status: 'past_due' })], [invoice({ attemptCount: 2 })]),
  ],
  [
    'PAYMENT_FAILED',
    'an upgrade was declined',
    active,
    account([subscription({ hasPendingUpdate: true })], [invoice()]),
  ],
  ['PAYMENT_FAILED', 'given up: unpaid', pastDue, account([subscription({ status: 'unpaid' })], [invoice()])],
  [
    'PAYMENT_ACTION_REQUIRED',
    'a renewal waits for the bank’s authentication',
    active,
    account([subscription({ status: 'past_due' })], [invoice({ attemptCount: 0 })]),
  ],
  ['GRACE_ENDED', 'grace ran out', pastDue, pastDue, {}, now + 6 * day],
  ['PAYMENT_SUCCEEDED', 'recovered', pastDue, active],
  [
    'PAYMENT_SUCCEEDED',
    'a one-off invoice was paid',
    account([subscription()], [invoice({ subscriptionId: null })]),
    active,
  ],
  ['PLAN_CHANGED', 'another price', active, account([subscription({ items: [item({ priceId: 'price_scale' })] })])],
  [
    'PLAN_CHANGED',
    'one item more',
    active,
    account([subscription({ items: [item(), item({ id: 'si_2', priceId: 'price_usage' })] })]),
  ],
  ['SEATS_CHANGED', 'another quantity', active, account([subscription({ items: [item({ quantity: '5' })] })])],
  ['CANCELLATION_SCHEDULED', 'will end', active, canceling],
  ['CANCELLATION_WITHDRAWN', 'kept', canceling, active],
  ['RENEWED', 'a new period', active, renewed],
  ['TRIAL_ENDING', 'three days before', trialing, trialing, {}, now, now - 5 * day],
  ['ENTITLEMENTS_CHANGED', 'the plan got a feature', active, withFeature],
  [
    'DISPUTED',
    'a dispute',
    active,
    account([subscription({ latestInvoiceId: 'in_9' })]),
    { eventType: 'charge.dispute.created' },
  ],
  [
    'REFUNDED',
    'a refund',
    active,
    account([subscription({ latestInvoiceId: 'in_9' })]),
    { eventType: 'charge.refunded' },
  ],
  ['REFRESHED', 'read again', active, account([subscription({ latestInvoiceId: 'in_9' })]), { refreshed: true }],
  ['UNKNOWN', 'nothing that has a name', active, account([subscription({ latestInvoiceId: 'in_9' })])],
];

test.each(rows)('%s: %s', (cause, _what, before, after, hint = {}, atAfter = now, atBefore = now) => {
  const previous = before && status(before, atBefore);
  const next = status(after, atAfter);
  expect(next).not.toEqual(previous);
  expect(causeOf(previous, next, hint)).toBe(cause);
});

test('what happened outweighs how it was noticed', () => {
  expect(causeOf(status(active), status(canceling), { refreshed: true })).toBe('CANCELLATION_SCHEDULED');
  expect(causeOf(emptyStatus, status(active), { eventType: 'charge.refunded' })).toBe('SUBSCRIPTION_STARTED');
});
