import type { Transaction } from '../../engine/transaction.js';
import type { Invoice } from './invoices.js';

const DAY = 86_400;

/** What the account's billing settings say about renewals that are not paid: https://docs.stripe.com/billing/revenue-recovery */
export interface DunningSettings {
  id: 'dunning';
  /** Days from each failed attempt to the next one. */
  retry_days: number[];
  /** Days after its due date at which a sent invoice counts as never paid; null leaves its subscription past due. */
  overdue_days?: number | null;
  /** What becomes of the subscription when the last attempt fails, or an invoice stays overdue. */
  final_action: 'cancel' | 'unpaid' | 'past_due';
}

declare module '../../engine/objects.js' {
  interface InternalRecords {
    _dunning: DunningSettings;
  }
}

const DEFAULT: DunningSettings = { id: 'dunning', retry_days: [3, 5, 7], final_action: 'cancel' };

export function dunningSettings(tx: Transaction): DunningSettings {
  return tx.get('_dunning', 'dunning') ?? DEFAULT;
}

/** When the next automatic attempt is due after `attempts` of them (Stripe seconds); undefined after the last. */
export function nextAttemptAt(tx: Transaction, invoice: Invoice, attempts: number): number | undefined {
  const days = dunningSettings(tx).retry_days[attempts - 1];
  return days === undefined ? undefined : tx.now(invoice.test_clock) + days * DAY;
}

/** When a sent invoice that is due now counts as never paid (Stripe seconds). */
export function overdueEnd(tx: Transaction, invoice: Invoice): number | undefined {
  const { overdue_days } = dunningSettings(tx);
  return overdue_days == null ? undefined : tx.now(invoice.test_clock) + overdue_days * DAY;
}
