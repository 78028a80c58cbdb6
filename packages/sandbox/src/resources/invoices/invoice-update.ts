import { redeemAll } from '../../billing/discounts/redeem.js';
import { repriced } from '../../billing/invoices/draft-lines.js';
import { draftWindow, scheduleCollection, scheduleFinalization } from '../../billing/invoices/draft-window.js';
import type { Invoice } from '../../billing/invoices/invoices.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { type DraftParams, draftMembers, dueDate, finalizationTime } from './invoice-params.js';

/** What still changes once an invoice is open, and once it is paid, void or given up. */
const OPEN_MEMBERS = ['auto_advance', 'default_payment_method', 'metadata', 'payment_settings'];
const FINAL_MEMBERS = ['metadata'];

/** `POST /v1/invoices/:id`. @throws 400 for members of finalized invoices that are fixed */
export function updateInvoice(tx: Transaction, id: string, params: DraftParams): Invoice {
  const before = tx.require('invoice', id);
  const customer = tx.require('customer', before.customer as string, 'customer');
  if (before.status !== 'draft') requireAllowed(before, params);
  tx.patch('invoice', id, draftMembers(tx, customer, params, before));
  const changed = before.status === 'draft' ? changeDraft(tx, before, params) : changeCollection(tx, before, params);
  tx.emit('invoice.updated', changed);
  return changed;
}

function requireAllowed({ status }: Invoice, params: DraftParams): void {
  const allowed = status === 'open' ? OPEN_MEMBERS : FINAL_MEMBERS;
  const [refused] = Object.keys(params).filter((name) => !allowed.includes(name));
  if (refused !== undefined) {
    throw invalidRequest("Finalized invoices can't be updated in this way", { param: refused });
  }
}

function changeDraft(tx: Transaction, before: Invoice, params: DraftParams): Invoice {
  const { id, created } = before;
  const collection_method = params.collection_method ?? before.collection_method;
  const finalizesAt = finalizationTime(params, tx.now(before.test_clock));
  const auto_advance = params.auto_advance ?? (finalizesAt !== undefined || (before.auto_advance ?? false));
  const kept = before.auto_advance ? (before.automatically_finalizes_at ?? undefined) : undefined;
  const keepsDue = params.days_until_due === undefined && params.due_date === undefined;
  const due_date =
    keepsDue && collection_method === before.collection_method
      ? before.due_date
      : dueDate(params, collection_method, created);
  // A draft of a paused or unpaid subscription advances only when it is told to.
  const advances = finalizesAt !== undefined || params.auto_advance !== undefined || params.collection_method;
  const draft = tx.patch('invoice', id, {
    auto_advance,
    collection_method,
    due_date,
    ...(advances && draftWindow({ auto_advance, collection_method, created }, finalizesAt ?? kept)),
    ...(params.discounts !== undefined && {
      discounts: redeemAll(tx, params.discounts ?? [], { customer: before.customer as string, invoice: id }),
    }),
  });
  if (advances) scheduleFinalization(tx, draft);
  return params.discounts === undefined ? draft : repriced(tx, draft);
}

/** `auto_advance` of an open invoice: whether it is charged again by itself. */
function changeCollection(tx: Transaction, before: Invoice, { auto_advance }: DraftParams): Invoice {
  if (auto_advance === undefined || auto_advance === before.auto_advance) return tx.require('invoice', before.id);
  const changed = tx.patch('invoice', before.id, {
    auto_advance,
    ...(!auto_advance && { next_payment_attempt: null }),
  });
  if (!auto_advance) tx.unschedule('invoice.retry', before.id);
  return auto_advance && before.collection_method === 'charge_automatically'
    ? scheduleCollection(tx, changed)
    : changed;
}
