import type { Transaction } from '../../engine/transaction.js';
import { prorationWording } from '../invoices/invoice-lines.js';
import type { NewInvoiceItem } from '../invoices/pending-items.js';
import { amountOf } from '../pricing/amounts.js';
import { boundary } from '../pricing/periods.js';
import { remainingAmount } from '../pricing/proration.js';
import { cadenceOf } from './subscription-items.js';
import { isMetered, type Subscription, type SubscriptionItem } from './subscription-store.js';

/**
 * What a subscription that began in the past owes for the time until now: whole periods counted back from now, and the
 * part of one before them. Not established: how Stripe rounds it, and that it keeps the cycle's anchor at now.
 * @param since Stripe seconds
 */
export function backdatedItems(
  tx: Transaction,
  subscription: Subscription,
  since: number,
  now: number,
): NewInvoiceItem[] {
  return subscription.items.data
    .filter((item) => !isMetered(item))
    .map((item) => {
      const quantity = item.quantity ?? 1;
      return {
        customer: subscription.customer,
        currency: subscription.currency,
        amount: amountSince(subscription, item, since, now),
        description: prorationWording(tx, item.price, quantity, since, 'Remaining'),
        period: { start: since, end: now },
        price: item.price,
        quantity,
        subscription: subscription.id,
        subscriptionItem: item.id,
        proration: true,
      };
    });
}

function amountSince({ currency }: Subscription, item: SubscriptionItem, since: number, now: number): number {
  const full = amountOf(item.price, currency, item.quantity ?? 1);
  const cadence = cadenceOf(item.price);
  let whole = 0;
  while (boundary(now, cadence, -(whole + 1)) >= since) whole += 1;
  const end = boundary(now, cadence, -whole);
  const start = boundary(now, cadence, -(whole + 1));
  return whole * full + remainingAmount(full, { start, end }, since);
}
