import type { Transaction } from '../../engine/transaction.js';
import type { Invoice } from './invoices.js';

/**
 * How long before its due date an invoice is announced. Stripe leaves it to the account's automations, which the
 * sandbox does not have.
 */
const NOTICE = 7 * 86_400;

/** `invoice.will_be_due` and `invoice.overdue`, at their times. */
export function scheduleDueNotices(tx: Transaction, { id, due_date, test_clock }: Invoice): void {
  if (due_date === null) return;
  const notice = due_date - NOTICE;
  if (notice > tx.now(test_clock)) tx.schedule('invoice.will_be_due', id, notice, test_clock);
  tx.schedule('invoice.overdue', id, due_date, test_clock);
}

export function unscheduleDueNotices(tx: Transaction, id: string): void {
  tx.unschedule('invoice.will_be_due', id);
  tx.unschedule('invoice.overdue', id);
  tx.unschedule('invoice.give_up', id);
}

export function announceDueDate(tx: Transaction, id: string): void {
  const invoice = tx.get('invoice', id);
  if (invoice?.status === 'open') tx.emit('invoice.will_be_due', invoice);
}
