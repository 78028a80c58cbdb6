import type { Transaction } from '../../engine/transaction.js';
import type { Extra } from '../invoices/extras.js';
import type { Subscription } from '../subscriptions/subscription-store.js';
import { discountGiven } from './phase-items.js';
import type { Phase, Schedule } from './schedule-store.js';

type Settings = Pick<
  Subscription,
  | 'automatic_tax'
  | 'collection_method'
  | 'days_until_due'
  | 'default_payment_method'
  | 'description'
  | 'invoice_settings'
>;

/** What holds in a phase: its own settings, else the schedule's defaults, else the account's. */
export function settingsOf(
  { default_settings: defaults }: Pick<Schedule, 'default_settings'>,
  phase: Phase,
  before?: Subscription,
): Settings {
  const collection_method = phase.collection_method ?? defaults.collection_method ?? 'charge_automatically';
  const own = phase.invoice_settings;
  const common = defaults.invoice_settings;
  return {
    automatic_tax: phase.automatic_tax ??
      defaults.automatic_tax ?? { disabled_reason: null, enabled: false, liability: null },
    collection_method: collection_method as Subscription['collection_method'],
    days_until_due: collection_method === 'send_invoice' ? (own?.days_until_due ?? common.days_until_due) : null,
    default_payment_method: phase.default_payment_method ?? defaults.default_payment_method,
    description: phase.description ?? defaults.description ?? before?.description ?? null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: own?.custom_fields ?? common.custom_fields,
      description: own?.description ?? common.description,
      footer: own?.footer ?? common.footer,
      issuer: { type: 'self' },
    },
  };
}

/** The one-time charges that come with a phase. */
export function extrasOf(tx: Transaction, { add_invoice_items, start_date, end_date }: Phase): Extra[] {
  return add_invoice_items.map(({ discountable, discounts, metadata, period, price, quantity }) => ({
    price: tx.require('price', price),
    quantity: quantity ?? 1,
    ...(discountable !== null && { discountable }),
    discounts: discounts.map(discountGiven),
    metadata: metadata ?? {},
    period: {
      start: momentOf(period.start, 'phase_start', start_date) ?? { type: 'max_item_period_start' },
      end: momentOf(period.end, 'phase_end', end_date) ?? { type: 'min_item_period_end' },
    },
  }));
}

/** A moment of its own, or an edge of the phase; undefined for one of the items' periods. */
function momentOf(
  { type, timestamp }: { type: string; timestamp?: number },
  edge: 'phase_start' | 'phase_end',
  at: number,
): { type: 'timestamp'; timestamp: number } | undefined {
  if (type === edge) return { type: 'timestamp', timestamp: at };
  return type === 'timestamp' && timestamp !== undefined ? { type, timestamp } : undefined;
}
