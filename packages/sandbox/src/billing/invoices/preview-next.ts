import type { Transaction } from '../../engine/transaction.js';
import type { DiscountGiven } from '../discounts/redeem.js';
import { ENDED, firstPeriodEnd } from '../subscriptions/subscription-store.js';
import type { Invoice } from './invoices.js';
import { createManualInvoice } from './manual-invoice.js';
import { noUpcoming, previewChange, undone } from './preview.js';

interface NextGiven {
  currency?: string;
  discounts?: DiscountGiven[] | null;
  preview_mode?: 'next' | 'recurring';
}

/**
 * The next invoice among the customer's subscriptions; without any, one of the items that wait for it.
 * @throws 404 when nothing waits
 */
export function previewNext(
  tx: Transaction,
  customer: string,
  { currency, discounts, preview_mode = 'next' }: NextGiven,
): Invoice {
  const next = tx
    .where('subscription', 'customer', customer)
    .filter(({ status }) => !ENDED.includes(status) && status !== 'incomplete' && status !== 'paused')
    .sort((a, b) => firstPeriodEnd(a) - firstPeriodEnd(b))[0];
  if (next) {
    return previewChange(tx, next.id, () => ({
      items: [],
      proration_behavior: 'none',
      cancel_now: false,
      preview_mode,
      ...(discounts && { discounts }),
    }));
  }
  const waits = tx.where('invoiceitem', 'customer', customer).some(({ invoice }) => invoice === null);
  if (!waits || preview_mode === 'recurring') throw noUpcoming(customer);
  return undone(tx, () =>
    createManualInvoice(tx, {
      customer: tx.require('customer', customer, 'customer'),
      items: 'include',
      discounts: discounts ?? [],
      auto_advance: false,
      collection_method: 'charge_automatically',
      ...(currency && { currency: currency.toLowerCase() }),
      members: {},
    }),
  );
}
