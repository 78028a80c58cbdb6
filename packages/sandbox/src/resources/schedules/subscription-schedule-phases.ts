import { BLANK_PHASE, DEFAULT_SETTINGS } from '../../billing/schedules/blank-schedule.js';
import type { PhaseGiven } from '../../billing/schedules/given-phases.js';
import type { Phase, Schedule } from '../../billing/schedules/schedule-store.js';
import { requireRecurringPrice } from '../../billing/subscriptions/subscription-items.js';
import { isMetered, type Price } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { requirePriceOrData } from '../catalogue/price-data.js';
import { automaticTaxOf } from '../invoices/automatic-tax.js';
import { oneTimePrice } from '../subscriptions/subscription-extras.js';
import { namedPrice, ownMethod } from '../subscriptions/subscription-params.js';
import { invoiceSettingsAfter, type PhaseParams, requireDue } from './subscription-schedule-params.js';

/** What a phase is read for. */
export interface PhaseContext {
  customer: StripeObjects['customer'];
  default_settings: Schedule['default_settings'];
  /** Prices that the schedule uses already: one that is no longer offered may stay. */
  known: ReadonlySet<string>;
  /** Of the subscription, if there is one. */
  currency?: string;
}

/** The phases that parameters describe, with what they name looked up. @throws Stripe's 400 for what does not fit */
export function givenPhases(tx: Transaction, phases: readonly PhaseParams[], context: PhaseContext): PhaseGiven[] {
  return phases.map((phase, at) => givenPhase(tx, phase, `phases[${at}]`, context));
}

function givenPhase(tx: Transaction, given: PhaseParams, path: string, context: PhaseContext): PhaseGiven {
  const { customer, default_settings } = context;
  const { duration, end_date, start_date, trial, trial_end } = given;
  if (duration && end_date !== undefined) {
    throw invalidRequest(`You may only specify one of these parameters: ${path}[duration], ${path}[end_date].`, {
      param: `${path}[duration]`,
    });
  }
  const anchor = given.billing_cycle_anchor ?? default_settings.billing_cycle_anchor;
  if (given.billing_cycle_anchor === 'phase_start' && (trial || trial_end !== undefined)) {
    throw invalidRequest('`billing_cycle_anchor` cannot be `phase_start` in a phase with a trial.', {
      param: `${path}[billing_cycle_anchor]`,
    });
  }
  const prices: Price[] = [];
  const items = given.items.map((item, at) => {
    const price = itemPrice(tx, item, `${path}[items][${at}]`, context.known);
    prices.push(price);
    return phaseItem(tx, item, price, `${path}[items][${at}]`);
  });
  const [first] = prices;
  if (!first) throw invalidRequest('A phase must have at least one item.', { param: `${path}[items]` });
  const automatic_tax = automaticTaxOf(customer, given.automatic_tax);
  const invoice_settings = given.invoice_settings
    ? invoiceSettingsAfter(given.invoice_settings, DEFAULT_SETTINGS.invoice_settings)
    : null;
  const days = invoice_settings?.days_until_due ?? default_settings.invoice_settings.days_until_due;
  requireDue(given.collection_method ?? default_settings.collection_method, days, path);
  return {
    billing_cycle_anchor: anchor,
    ...(duration && { duration: { interval: duration.interval, interval_count: duration.interval_count ?? 1 } }),
    ...(end_date !== undefined && { end_date }),
    ...(start_date !== undefined && { start_date }),
    ...(trial !== undefined && { trial }),
    ...(trial_end !== undefined && { trial_end }),
    prices,
    members: {
      ...BLANK_PHASE,
      add_invoice_items: (given.add_invoice_items ?? []).map((item, at) =>
        phaseExtra(tx, item, `${path}[add_invoice_items][${at}]`),
      ),
      ...(automatic_tax && { automatic_tax }),
      billing_cycle_anchor: given.billing_cycle_anchor ?? null,
      collection_method: given.collection_method ?? null,
      currency: context.currency ?? given.currency?.toLowerCase() ?? customer.currency ?? first.currency,
      default_payment_method: ownMethod(tx, customer, given.default_payment_method) ?? null,
      description: given.description ?? null,
      discounts: choices(tx, given.discounts, `${path}[discounts]`),
      invoice_settings,
      items,
      metadata: given.metadata ?? {},
      proration_behavior: given.proration_behavior ?? 'create_prorations',
    },
  };
}

type ItemParams = PhaseParams['items'][number];

function itemPrice(tx: Transaction, item: ItemParams, path: string, known: ReadonlySet<string>): Price {
  return requirePriceOrData(tx, namedPrice(item, path), path, (id, param) =>
    known.has(id) ? tx.require('price', id, param) : requireRecurringPrice(tx, id, param),
  );
}

function phaseItem(tx: Transaction, item: ItemParams, price: Price, path: string): Phase['items'][number] {
  const metered = isMetered({ price });
  if (metered && item.quantity !== undefined) {
    throw invalidRequest(`The price ${price.id} is metered: a quantity cannot be set on it, usage decides.`, {
      param: `${path}[quantity]`,
    });
  }
  return {
    billing_thresholds: null,
    discounts: choices(tx, item.discounts, `${path}[discounts]`),
    metadata: item.metadata ?? {},
    plan: price.id,
    price: price.id,
    ...(!metered && { quantity: item.quantity ?? 1 }),
    tax_rates: [],
  };
}

type ExtraParams = NonNullable<PhaseParams['add_invoice_items']>[number];

function phaseExtra(tx: Transaction, item: ExtraParams, path: string): Phase['add_invoice_items'][number] {
  const { start, end } = item.period ?? {};
  for (const [edge, given] of Object.entries({ start, end })) {
    if (given?.type !== 'timestamp' || given.timestamp !== undefined) continue;
    const param = `${path}[period][${edge}][timestamp]`;
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }
  return {
    discountable: item.discountable ?? null,
    discounts: choices(tx, item.discounts, `${path}[discounts]`),
    metadata: item.metadata ?? {},
    period: { start: start ?? { type: 'max_item_period_start' }, end: end ?? { type: 'min_item_period_end' } },
    price: requirePriceOrData(tx, item, path, (id, param) => oneTimePrice(tx, id, param)).id,
    quantity: item.quantity ?? 1,
    tax_rates: [],
  };
}

type Choice = NonNullable<ItemParams['discounts']>[number];

/** @throws 400 for a coupon, code or discount that does not exist */
function choices(tx: Transaction, given: readonly Choice[] | null | undefined, path: string): Phase['discounts'] {
  return (given ?? []).map(({ coupon = null, discount = null, promotion_code = null }, at) => {
    const named = { coupon, discount, promotion_code };
    if (Object.values(named).filter((id) => id !== null).length !== 1) {
      throw invalidRequest('You must give one of coupon, promotion_code and discount.', { param: `${path}[${at}]` });
    }
    for (const kind of ['coupon', 'discount', 'promotion_code'] as const) {
      const id = named[kind];
      if (id !== null) tx.require(kind, id, `${path}[${at}][${kind}]`);
    }
    return named;
  });
}
