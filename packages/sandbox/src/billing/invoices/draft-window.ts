import type { Transaction } from '../../engine/transaction.js';
import type { Invoice } from './invoices.js';

/** How long a draft waits for the merchant's changes: https://docs.stripe.com/invoicing/integration/automatic-advancement-collection */
const DRAFT_TIME = 3600;

type Advancing = Pick<Invoice, 'auto_advance' | 'collection_method' | 'created'>;

/** When a draft finalizes by itself and is first charged (Stripe seconds), counted from its creation. */
export function draftWindow(
  { auto_advance, collection_method, created }: Advancing,
  finalizesAt: number | undefined,
): Pick<Invoice, 'automatically_finalizes_at' | 'next_payment_attempt'> {
  const at = auto_advance ? (finalizesAt ?? created + DRAFT_TIME) : null;
  return {
    automatically_finalizes_at: at,
    next_payment_attempt: collection_method === 'charge_automatically' ? at : null,
  };
}

/** Schedules what the draft says of its finalization, or takes it back. */
export function scheduleFinalization(tx: Transaction, draft: Invoice): void {
  const at = draft.automatically_finalizes_at;
  if (at === null) tx.unschedule('invoice.finalize', draft.id);
  else tx.schedule('invoice.finalize', draft.id, Math.max(at, tx.now(draft.test_clock)), draft.test_clock);
}

/** An open invoice that advances by itself is charged within the hour after its finalization, unless it was meanwhile. */
export function scheduleCollection(tx: Transaction, invoice: Invoice): Invoice {
  const due = tx.now(invoice.test_clock) + DRAFT_TIME;
  tx.schedule('invoice.retry', invoice.id, due, invoice.test_clock);
  return tx.patch('invoice', invoice.id, { next_payment_attempt: due });
}
