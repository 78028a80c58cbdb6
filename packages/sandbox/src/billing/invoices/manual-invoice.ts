import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { type DiscountGiven, redeemAll } from '../discounts/redeem.js';
import type { Subscription } from '../subscriptions/subscription-store.js';
import { draftWindow, scheduleFinalization } from './draft-window.js';
import { createInvoice } from './invoice-draft.js';
import type { Invoice } from './invoices.js';

type InvoiceItem = StripeObjects['invoiceitem'];

export interface ManualInvoice {
  customer: StripeObjects['customer'];
  subscription?: Subscription;
  currency?: string;
  /** Whether pending invoice items go onto it. */
  items: 'exclude' | 'include';
  discounts: DiscountGiven[];
  auto_advance: boolean;
  /** Stripe seconds. */
  automatically_finalizes_at?: number;
  collection_method: Invoice['collection_method'];
  /** Members that are simply set. */
  members: Partial<Invoice>;
}

/** The currency of an account that never said another. */
const ACCOUNT_CURRENCY = 'usd';

/**
 * An invoice made by hand: https://docs.stripe.com/api/invoices/create
 * @throws 400 `invoice_no_subscription_line_items` when nothing of the subscription waits to be billed
 */
export function createManualInvoice(tx: Transaction, given: ManualInvoice): Invoice {
  const { customer, subscription } = given;
  const now = tx.now(customer.test_clock ?? null);
  const id = tx.newId('invoice');
  const pending = given.items === 'include' ? pendingOf(tx, customer.id, subscription) : [];
  const currency =
    given.currency ?? subscription?.currency ?? pending[0]?.currency ?? customer.currency ?? ACCOUNT_CURRENCY;
  const items = pending.filter((item) => item.currency === currency);
  if (subscription && items.length === 0) {
    throw invalidRequest('Nothing to invoice for subscription', { code: 'invoice_no_subscription_line_items' });
  }
  const draft = createInvoice(tx, {
    id,
    customer: customer.id,
    currency,
    // Not established: the reason of one made by hand for a subscription; `manual` is "unrelated to a subscription".
    billing_reason: subscription ? 'subscription_update' : 'manual',
    lines: [],
    items,
    discounts: redeemAll(tx, given.discounts, { customer: customer.id, invoice: id }),
    period: { start: now, end: now },
    ...(subscription && { subscription }),
    collection_method: given.collection_method,
    auto_advance: given.auto_advance,
    automatically_finalizes_at: draftWindow({ ...given, created: now }, given.automatically_finalizes_at)
      .automatically_finalizes_at,
    members: given.members,
  });
  scheduleFinalization(tx, draft);
  return draft;
}

/** Newest first, as Stripe orders them; those of one subscription only, if it is given. */
function pendingOf(tx: Transaction, customer: string, subscription: Subscription | undefined): InvoiceItem[] {
  return tx
    .where('invoiceitem', 'customer', customer)
    .filter((item) => item.invoice === null)
    .filter((item) => !subscription || item.parent?.subscription_details?.subscription === subscription.id);
}

/**
 * Deletes a draft. Its invoice items stay with it: they are no longer pending and cannot be changed. Recordings of
 * Stripe in public projects show that.
 * @throws 400 for finalized invoices and those of subscriptions
 */
export function deleteDraft(tx: Transaction, id: string) {
  const draft = tx.require('invoice', id);
  if (draft.status !== 'draft') throw invalidRequest('You can only delete draft invoices.');
  if (draft.parent?.subscription_details) {
    throw invalidRequest("You can't delete invoices created by subscriptions.");
  }
  tx.unschedule('invoice.finalize', id);
  tx.emit('invoice.deleted', draft);
  return tx.bury('invoice', id);
}
