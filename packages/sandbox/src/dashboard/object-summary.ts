import { money } from '../billing/wording.js';

type Json = Record<string, unknown>;

export interface Summary {
  /** What a person knows it by. */
  title: string;
  status?: string;
  customer?: string;
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const hash = (value: unknown) => (value ?? {}) as Json;

/** Titles where name, email or description do not say what matters. */
const TITLES: Record<string, (object: Json) => string> = {
  customer: ({ email, name }) => [name, email].filter(Boolean).join(', '),
  subscription: ({ items }) => {
    const data = (hash(items).data ?? []) as Json[];
    return data
      .map((item) => `${item.quantity ?? ''} × ${priceTitle(hash(item.price))}`.replace(/^ × /, ''))
      .join(', ');
  },
  subscription_item: ({ price }) => priceTitle(hash(price)),
  invoice: ({ number, total, currency }) => [number, sum(total, currency)].filter(Boolean).join(', '),
  invoiceitem: ({ amount, currency, description }) => [description, sum(amount, currency)].filter(Boolean).join(', '),
  price: (price) => priceTitle(price),
  payment_method: ({ type, card }) => (card ? `${hash(card).brand} •••• ${hash(card).last4}` : text(type)),
  coupon: ({ name, percent_off, amount_off, currency }) =>
    [name, percent_off ? `${percent_off} % off` : `${sum(amount_off, currency)} off`].filter(Boolean).join(', '),
  promotion_code: ({ code }) => text(code),
  'checkout.session': ({ mode, amount_total, currency }) =>
    [mode, amount_total === null ? '' : sum(amount_total, currency)].filter(Boolean).join(', '),
  'billing.meter': ({ display_name, event_name }) => `${display_name} (${event_name})`,
  'billing.meter_event': ({ event_name, identifier }) => `${event_name} ${identifier}`,
  webhook_endpoint: ({ url }) => text(url),
  event: ({ type }) => text(type),
};

export function summaryOf(object: Json): Summary {
  const titleOf = TITLES[object.object as string];
  const title =
    titleOf?.(object) || text(object.name) || text(object.description) || sum(object.amount, object.currency);
  const active = typeof object.active === 'boolean' ? (object.active ? 'active' : 'inactive') : undefined;
  const status = text(object.status) || active;
  const customer = text(object.customer);
  return { title, ...(status && { status }), ...(customer && { customer }) };
}

function sum(amount: unknown, currency: unknown): string {
  return typeof amount === 'number' && typeof currency === 'string' ? money(amount, currency) : '';
}

function priceTitle({ nickname, lookup_key, unit_amount, currency, recurring, id }: Json): string {
  if (nickname || lookup_key) return text(nickname) || text(lookup_key);
  const amount = sum(unit_amount, currency) || text(id);
  return recurring ? `${amount} / ${hash(recurring).interval}` : amount;
}

const GOOD = new Set(['active', 'paid', 'succeeded', 'complete', 'enabled', 'delivered', 'trialing', 'ready']);
const BAD = new Set([
  'canceled',
  'past_due',
  'unpaid',
  'uncollectible',
  'failed',
  'expired',
  'incomplete_expired',
  'gave_up',
  'dropped',
  'void',
]);

/** The class of a status badge. */
export function toneOf(status: string): 'good' | 'bad' | '' {
  return GOOD.has(status) ? 'good' : BAD.has(status) ? 'bad' : '';
}
