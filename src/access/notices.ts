import { baseItem } from './base-item.js';
import { cardExpiresAt, cardExpiresSoonFrom } from './card-expiry.js';
import type { Moments } from './moments.js';
import type { AccountFacts, InvoiceFacts, NoticeKind, StatusNotice } from './status-types.js';
import type { SubscriptionAccess } from './subscription-access.js';
import { awaitsAction } from './unpaid-invoices.js';

/** Stripe's own `trial_will_end` comes three days before, too. */
const TRIAL_NOTICE = 3 * 86_400;
/** Stripe gives up an incomplete subscription after 23 hours. */
const INCOMPLETE_EXPIRY = 23 * 3_600;

const notice = (
  kind: NoticeKind,
  severity: StatusNotice['severity'],
  more: Partial<StatusNotice> = {},
): StatusNotice => ({ kind, severity, dueAt: null, invoiceId: null, subscriptionId: null, ...more });

/** What to tell the person, most urgent first. `accesses` are sorted best first, `waiting` oldest first. */
export function noticesOf(
  facts: AccountFacts,
  accesses: readonly SubscriptionAccess[],
  waiting: readonly InvoiceFacts[],
  moments: Moments,
): StatusNotice[] {
  const live = accesses.filter((access) => !access.over);
  return [
    ...accessBlocked(accesses[0]),
    ...paymentNotices(live, waiting),
    ...live.flatMap((access) => trialNotices(access, facts, moments)),
    ...cardNotices(live, facts, moments),
    ...live.flatMap(pendingNotices),
    ...duplicateNotices(live),
  ].sort(byUrgency);
}

function accessBlocked(best: SubscriptionAccess | undefined): StatusNotice[] {
  if (best?.state !== 'BLOCKED') return [];
  const { subscription, waiting } = best;
  return [notice('ACCESS_BLOCKED', 'CRITICAL', { subscriptionId: subscription.id, invoiceId: waiting[0]?.id ?? null })];
}

/** One for each subscription's oldest waiting invoice, and for each past due one whose invoice is not mirrored yet. */
function paymentNotices(live: readonly SubscriptionAccess[], waiting: readonly InvoiceFacts[]): StatusNotice[] {
  const told = new Set<string | null>();
  const notices: StatusNotice[] = [];
  for (const invoice of waiting) {
    if (told.has(invoice.subscriptionId)) continue;
    told.add(invoice.subscriptionId);
    const access = live.find(({ subscription }) => subscription.id === invoice.subscriptionId);
    const ids = { invoiceId: invoice.id, subscriptionId: invoice.subscriptionId };
    if (access?.subscription.status === 'incomplete') {
      const dueAt = access.subscription.created + INCOMPLETE_EXPIRY;
      const kind = invoice.attemptCount > 0 ? 'PAYMENT_FAILED' : 'PAYMENT_ACTION_REQUIRED';
      notices.push(notice(kind, 'WARNING', { ...ids, dueAt }));
    } else if (invoice.attempted || isOverdue(access)) {
      const kind = awaitsAction(invoice) ? 'PAYMENT_ACTION_REQUIRED' : 'PAYMENT_FAILED';
      notices.push(
        notice(kind, isOverdue(access) ? 'CRITICAL' : 'WARNING', { ...ids, dueAt: access?.graceEndsAt ?? null }),
      );
    }
  }
  for (const access of live) {
    if (!isOverdue(access) || told.has(access.subscription.id)) continue;
    const { graceEndsAt: dueAt, subscription } = access;
    notices.push(notice('PAYMENT_FAILED', 'CRITICAL', { subscriptionId: subscription.id, dueAt }));
  }
  return notices;
}

function isOverdue(access: SubscriptionAccess | undefined): boolean {
  return access?.subscription.status === 'past_due' || access?.subscription.status === 'unpaid';
}

function trialNotices(access: SubscriptionAccess, facts: AccountFacts, moments: Moments): StatusNotice[] {
  const { subscription } = access;
  const { trialEnd: dueAt, status, id: subscriptionId } = subscription;
  const unpayable =
    subscription.collectionMethod !== 'send_invoice' && access.endsAt === null && methodOf(access, facts) === null;
  if (status === 'paused') return unpayable ? [notice('PAYMENT_METHOD_MISSING', 'WARNING', { subscriptionId })] : [];
  if (status !== 'trialing' || dueAt === null || moments.reached(dueAt)) return [];

  const soon = moments.reached(dueAt - TRIAL_NOTICE);
  const goesOn = access.endsAt === null || access.endsAt > dueAt;
  const severity = soon && unpayable ? 'WARNING' : 'INFO';
  return [
    ...(soon && goesOn ? [notice('TRIAL_ENDING', severity, { dueAt, subscriptionId })] : []),
    ...(unpayable ? [notice('PAYMENT_METHOD_MISSING', severity, { dueAt, subscriptionId })] : []),
  ];
}

/** The method that Stripe will charge: the subscription's own, else the customer's default. */
function methodOf({ subscription }: SubscriptionAccess, facts: AccountFacts): string | null {
  return subscription.defaultPaymentMethodId ?? facts.defaultPaymentMethodId;
}

/** Only for cards that a subscription in force will be charged to; one notice a card. */
function cardNotices(live: readonly SubscriptionAccess[], facts: AccountFacts, moments: Moments): StatusNotice[] {
  const told = new Set<string>();
  return live.flatMap((access) => {
    const { grants, subscription } = access;
    if (grants === null || access.endsAt !== null || subscription.collectionMethod === 'send_invoice') return [];
    const method = facts.paymentMethods.find(({ id }) => id === methodOf(access, facts));
    const dueAt = method ? cardExpiresAt(method) : null;
    if (!method || dueAt === null || told.has(method.id) || !moments.reached(cardExpiresSoonFrom(dueAt))) return [];
    told.add(method.id);
    const severity = moments.reached(dueAt) ? 'WARNING' : 'INFO';
    return [notice('CARD_EXPIRING', severity, { dueAt, subscriptionId: subscription.id })];
  });
}

function pendingNotices({ subscription, grants, endsAt: dueAt }: SubscriptionAccess): StatusNotice[] {
  const { id: subscriptionId, hasPendingUpdate, pendingUpdateExpiresAt } = subscription;
  return [
    ...(grants !== null && dueAt !== null ? [notice('CANCELLATION_PENDING', 'INFO', { dueAt, subscriptionId })] : []),
    ...(hasPendingUpdate
      ? [notice('PLAN_CHANGE_PENDING', 'INFO', { dueAt: pendingUpdateExpiresAt, subscriptionId })]
      : []),
  ];
}

/** An account may hold one plan of a group: every one in force beside the oldest is named. */
function duplicateNotices(live: readonly SubscriptionAccess[]): StatusNotice[] {
  const held = new Set<string>();
  return live
    .filter(({ grants }) => grants !== null)
    .sort(({ subscription: a }, { subscription: b }) => a.created - b.created || (a.id < b.id ? -1 : 1))
    .flatMap(({ subscription }) => {
      const group = baseItem(subscription.items)?.group ?? null;
      if (group === null) return [];
      if (held.has(group)) return [notice('DUPLICATE_SUBSCRIPTION', 'WARNING', { subscriptionId: subscription.id })];
      held.add(group);
      return [];
    });
}

const SEVERITIES: readonly StatusNotice['severity'][] = ['CRITICAL', 'WARNING', 'INFO'];
const KINDS: readonly NoticeKind[] = [
  'ACCESS_BLOCKED',
  'PAYMENT_ACTION_REQUIRED',
  'PAYMENT_FAILED',
  'PAYMENT_METHOD_MISSING',
  'DUPLICATE_SUBSCRIPTION',
  'TRIAL_ENDING',
  'CARD_EXPIRING',
  'CANCELLATION_PENDING',
  'PLAN_CHANGE_PENDING',
  'UNKNOWN',
];

function byUrgency(a: StatusNotice, b: StatusNotice): number {
  const about = (n: StatusNotice) => `${n.subscriptionId} ${n.invoiceId}`;
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
    (a.dueAt ?? Number.MAX_SAFE_INTEGER) - (b.dueAt ?? Number.MAX_SAFE_INTEGER) ||
    (about(a) < about(b) ? -1 : 1)
  );
}
