import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { amountOf } from '../../billing/pricing/amounts.js';
import { currentIndex, scheduleOf } from '../../billing/schedules/schedule-store.js';
import { resumesAt } from '../../billing/subscriptions/scheduled-resume.js';
import { mayPause } from '../../billing/subscriptions/subscription-pause.js';
import { ENDED, firstPeriodEnd, isMetered, type Subscription } from '../../billing/subscriptions/subscription-store.js';
import { money } from '../../billing/wording.js';
import type { Transaction } from '../../engine/transaction.js';
import type { PortalConfiguration } from '../../resources/portal/portal-configurations.js';
import { mayChange } from '../../resources/portal/portal-flows.js';
import type { PortalSession } from '../../resources/portal/portal-sessions.js';
import { cardExpiry, cardLabel } from '../cards/card-label.js';
import { invoiceBadge } from '../invoices/invoice-view.js';
import { interval, longDay, shortDay } from '../wording.js';
import type { Badge, PortalLink, PortalView } from './portal-page.js';

const NOTICES: Record<string, string> = {
  canceled: 'Your plan is canceled.',
  card: 'Your card was saved. It is used for your next payments.',
  changed: 'Your plan was changed.',
  default: 'This card is used for your next payments.',
  kept: 'Your plan goes on.',
  offer: 'Thank you for staying. The offer applies from your next invoice.',
  paused: 'Your plan is paused.',
  removed: 'The card was removed.',
  resumed: 'Your plan goes on.',
  scheduled: 'Your plan changes at the end of the period.',
  saved: 'Your billing details were saved.',
  unpaid: 'The payment did not go through. Your plan stays paused.',
};

/** What the portal shows of one customer. */
export function portalView(
  tx: Transaction,
  session: PortalSession,
  configuration: PortalConfiguration,
  base: string,
  notice?: string,
): PortalView {
  const { features } = configuration;
  const customer = tx.require('customer', session.customer);
  const text = notice && NOTICES[notice];
  return {
    merchant: MERCHANT_NAME,
    headline: configuration.business_profile.headline,
    returnUrl: session.return_url,
    links: linksOf(configuration),
    base,
    ...(text && { notice: { text, tone: notice === 'unpaid' ? ('bad' as const) : ('good' as const) } }),
    subscriptions: subscriptionsOf(tx, customer.id).map((subscription) => ({
      id: subscription.id,
      name: nameOf(tx, subscription),
      price: priceOf(subscription),
      badge: badgeOf(subscription),
      detail: detailOf(subscription, resumesAt(tx, subscription)),
      card: cardLine(tx, subscription),
      ...comingOf(tx, subscription, features.subscription_update.enabled),
      mayCancel: features.subscription_cancel.enabled && subscription.cancel_at === null,
      mayKeep: features.subscription_cancel.enabled && subscription.cancel_at !== null,
      mayPause: features.subscription_pause.enabled && mayPause(subscription),
      mayResume: features.subscription_pause.enabled && subscription.status === 'paused',
      mayUpdate:
        features.subscription_update.enabled &&
        (features.subscription_update.products ?? []).length > 0 &&
        mayChange(subscription),
    })),
    cards: features.payment_method_update.enabled ? cardsOf(tx, customer.id) : null,
    contact: {
      name: customer.name ?? '',
      email: customer.email ?? '',
      mayUpdate: features.customer_update.enabled && features.customer_update.allowed_updates.length > 0,
    },
    invoices: features.invoice_history.enabled
      ? tx
          .where('invoice', 'customer', customer.id)
          .filter(({ status }) => status !== 'draft')
          .slice(0, 24)
          .map((invoice) => ({
            date: longDay(invoice.effective_at ?? invoice.created),
            number: invoice.number ?? invoice.id,
            amount: money(invoice.total, invoice.currency),
            badge: invoiceBadge(invoice),
            href: invoice.hosted_invoice_url ?? null,
          }))
      : null,
  };
}

/** The merchant's own pages that the configuration names. */
export function linksOf({ business_profile }: PortalConfiguration): PortalLink[] {
  const { privacy_policy_url, terms_of_service_url } = business_profile;
  return [
    ...(terms_of_service_url ? [{ href: terms_of_service_url, label: 'Terms of service' }] : []),
    ...(privacy_policy_url ? [{ href: privacy_policy_url, label: 'Privacy policy' }] : []),
  ];
}

/** Those a person can still do something about. */
export function subscriptionsOf(tx: Transaction, customer: string): Subscription[] {
  const all = tx.where('subscription', 'customer', customer);
  return all.filter(({ status }) => !ENDED.includes(status) && status !== 'incomplete');
}

export function nameOf(tx: Transaction, subscription: Subscription): string {
  const names = subscription.items.data.map(
    ({ price }) => tx.get('product', price.product as string)?.name ?? price.id,
  );
  return [...new Set(names)].join(' + ');
}

/** e.g. `$36.00 per month`; metered items add what they cost by usage. */
function priceOf({ items, currency }: Subscription): string {
  const charged = items.data.filter((item) => !isMetered(item));
  const usage = charged.length < items.data.length;
  const [first] = charged;
  if (!first) return 'By usage';
  const total = charged.reduce((sum, item) => sum + amountOf(item.price, currency, item.quantity ?? 1), 0);
  const { recurring } = first.price;
  return `${money(total, currency)}${recurring ? ` per ${interval(recurring)}` : ''}${usage ? ' plus usage' : ''}`;
}

function badgeOf({ status, cancel_at }: Subscription): Badge {
  if (cancel_at !== null) return { text: `Cancels ${shortDay(cancel_at)}`, tone: 'test' };
  const badges: Partial<Record<Subscription['status'], Badge>> = {
    active: { text: 'Active', tone: 'good' },
    past_due: { text: 'Past due', tone: 'bad' },
    paused: { text: 'Paused', tone: 'test' },
    trialing: { text: 'Trial', tone: 'good' },
    unpaid: { text: 'Unpaid', tone: 'bad' },
  };
  return badges[status] ?? { text: status, tone: '' };
}

function detailOf(subscription: Subscription, resumes?: number): string {
  const { status, cancel_at, trial_end } = subscription;
  if (cancel_at !== null) return `Your plan ends on ${longDay(cancel_at)}.`;
  if (status === 'past_due' || status === 'unpaid') {
    return 'The last payment did not go through. Pay the open invoice below, or add another card.';
  }
  if (status === 'paused') {
    return resumes === undefined ? 'Your plan is paused.' : `Your plan is paused until ${longDay(resumes)}.`;
  }
  if (status === 'trialing' && trial_end) return `Your trial ends on ${longDay(trial_end)}.`;
  return `Renews on ${longDay(firstPeriodEnd(subscription))}.`;
}

/** What a schedule changes next. */
function comingOf(tx: Transaction, subscription: Subscription, mayStay: boolean) {
  const schedule = scheduleOf(tx, { schedule: subscription.schedule as string | null });
  const next = schedule?.phases[currentIndex(schedule) + 1];
  if (!next) return { mayStay: false };
  const names = next.items.map(({ price }) => tx.get('product', tx.require('price', price as string).product)?.name);
  const [item] = next.items;
  const quantity = item?.quantity !== undefined && item.quantity > 1 ? ` (${item.quantity})` : '';
  return { coming: `Changes to ${names.join(' + ')}${quantity} on ${longDay(next.start_date)}.`, mayStay };
}

function cardLine(tx: Transaction, { default_payment_method }: Subscription): string {
  const method = default_payment_method ? tx.get('payment_method', default_payment_method) : undefined;
  return method ? cardLabel(method) : '';
}

function cardsOf(tx: Transaction, customer: string): NonNullable<PortalView['cards']> {
  const preferred =
    tx.require('customer', customer).invoice_settings.default_payment_method ??
    subscriptionsOf(tx, customer).find(({ default_payment_method }) => default_payment_method)?.default_payment_method;
  return tx.where('payment_method', 'customer', customer).map((method) => ({
    id: method.id,
    label: cardLabel(method),
    expires: cardExpiry(method),
    isDefault: method.id === preferred,
  }));
}
