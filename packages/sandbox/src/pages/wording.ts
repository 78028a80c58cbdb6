import { chargingIn } from '../billing/pricing/amounts.js';
import { money } from '../billing/wording.js';
import type { StripeObjects } from '../engine/objects.js';

type Recurring = NonNullable<StripeObjects['price']['recurring']>;

/** @param seconds Stripe's: since 1970, UTC. */
export function longDay(seconds: number): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000);
}

/** e.g. `Nov 24, 2026` */
export function shortDay(seconds: number): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'medium', timeZone: 'UTC' }).format(seconds * 1000);
}

/** e.g. `Nov 24 – Dec 24, 2026`, and both years where they differ. */
export function span(start: number, end: number): string {
  const [from, to] = [shortDay(start), shortDay(end)];
  return `${from.slice(-4) === to.slice(-4) ? from.replace(/, \d+$/, '') : from} – ${to}`;
}

/** `month`, or `3 months`. */
export function interval({ interval, interval_count }: Recurring): string {
  return interval_count === 1 ? interval : `${interval_count} ${interval}s`;
}

const RHYTHM = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' };

/** `billed monthly`, or `billed every 3 months`. */
export function billed(recurring: Recurring): string {
  if (recurring.interval_count > 1) return `billed every ${interval(recurring)}`;
  return `billed ${RHYTHM[recurring.interval as keyof typeof RHYTHM] ?? `every ${recurring.interval}`}`;
}

/** What one unit costs, e.g. `$0.0004`; undefined where tiers decide. */
export function unitPrice(price: StripeObjects['price'], currency: string): string | undefined {
  const charging = price.billing_scheme === 'tiered' ? undefined : chargingIn(price, currency);
  const decimal = charging?.unit_amount_decimal ?? charging?.unit_amount?.toString();
  if (decimal === undefined || decimal === null) return undefined;
  return money(Number(decimal), currency);
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const BRANDS: Record<string, string> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

export function brandName(brand: string): string {
  return BRANDS[brand] ?? brand;
}
