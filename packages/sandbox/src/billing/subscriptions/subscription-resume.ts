import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { finalizeInvoice } from '../invoices/invoices.js';
import { collectInvoice } from '../invoices/settlement.js';
import { planChange } from './subscription-change.js';
import { noPaymentMethod } from './subscription-start.js';
import { defaultPaymentMethod, putSubscription, type Subscription, scheduleAdvance } from './subscription-store.js';
import { draftChangeInvoice } from './subscription-update.js';

export interface ResumeGiven {
  /** Resume now whatever the payment brings, or only once the invoice is paid. */
  payment_behavior: 'resume_on_payment_attempt' | 'resume_on_payment_success';
}

/**
 * Ends a pause: new periods begin now and are billed by a resumption invoice.
 * https://docs.stripe.com/api/subscriptions/resume
 */
export function resumeSubscription(tx: Transaction, id: string, { payment_behavior }: ResumeGiven): Subscription {
  const before = tx.require('subscription', id);
  if (before.status !== 'paused') {
    throw invalidRequest(`Only paused subscriptions can be resumed: ${id} is ${before.status}.`);
  }
  const now = tx.now(before.test_clock);
  const given = { items: [], proration_behavior: 'none', billing_cycle_anchor: 'now' } as const;
  const change = planChange(tx, before, { ...given, items: [] }, now);
  const draft = draftChangeInvoice(tx, change, now);
  const attempts = payment_behavior === 'resume_on_payment_attempt';
  if (attempts && draft.amount_due > 0 && !defaultPaymentMethod(tx, before)) throw noPaymentMethod();
  const invoice = finalizeInvoice(tx, draft.id);
  const resumes = attempts || invoice.status === 'paid';
  const { status_details, ...rest } = change.after;
  putSubscription(tx, {
    ...rest,
    ...(!resumes && { status_details }),
    status: resumes ? 'active' : 'paused',
    latest_invoice: invoice.id,
  });
  if (resumes && invoice.status === 'open' && invoice.collection_method === 'charge_automatically') {
    collectInvoice(tx, invoice.id, { automatic: true, offSession: false });
  }
  const resumed = tx.require('subscription', id);
  scheduleAdvance(tx, resumed);
  tx.emit('customer.subscription.updated', resumed);
  if (resumes) tx.emit('customer.subscription.resumed', resumed);
  return resumed;
}
