import type { Transaction } from '../../engine/transaction.js';
import { amountOf } from '../pricing/amounts.js';
import type { Price, Subscription } from '../subscriptions/subscription-store.js';
import { productName } from './invoice-lines.js';
import { createInvoiceItem } from './pending-items.js';

/** A one-time charge beside a subscription's items. */
export interface Extra {
  price: Price;
  quantity: number;
}

/** Charges that go onto the subscription's next invoice. */
export function addExtras(tx: Transaction, subscription: Subscription, extras: readonly Extra[], now: number): void {
  for (const { price, quantity } of extras) {
    createInvoiceItem(tx, {
      customer: subscription.customer,
      currency: subscription.currency,
      amount: amountOf(price, subscription.currency, quantity),
      description: productName(tx, price),
      period: { start: now, end: now },
      price,
      quantity,
      subscription: subscription.id,
    });
  }
}
