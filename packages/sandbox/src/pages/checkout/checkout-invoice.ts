import type { CheckoutPlan, CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { redeemAll } from '../../billing/discounts/redeem.js';
import { createInvoice } from '../../billing/invoices/invoice-draft.js';
import { productName } from '../../billing/invoices/invoice-lines.js';
import { finalizeInvoice } from '../../billing/invoices/invoices.js';
import { createInvoiceItem } from '../../billing/invoices/pending-items.js';
import { amountOf } from '../../billing/pricing/amounts.js';
import type { Transaction } from '../../engine/transaction.js';

/**
 * The invoice of a one-time payment (`invoice_creation`), to be paid by the session's intent.
 * @returns its id
 */
export function invoicePayment(
  tx: Transaction,
  at: { session: CheckoutSession; plan: CheckoutPlan; customer: string; intent: string | undefined },
): string {
  const { session, plan, customer, intent } = at;
  const currency = session.currency as string;
  const now = tx.now(tx.require('customer', customer).test_clock ?? null);
  const period = { start: now, end: now };
  const items = plan.items.map((item) => {
    const price = tx.require('price', item.price, 'price');
    const quantity = item.quantity ?? 1;
    const amount = amountOf(price, currency, quantity);
    const description = productName(tx, price);
    return createInvoiceItem(tx, { customer, currency, amount, description, period, price, quantity });
  });
  const discounts = plan.discounts.map(({ coupon, promotion_code }) => ({
    ...(coupon && { coupon }),
    ...(promotion_code && { promotion_code }),
  }));
  const { description = null, metadata = {}, custom_fields = null, footer = null } = plan.invoice ?? {};
  const { id } = createInvoice(tx, {
    customer,
    currency,
    billing_reason: 'manual',
    lines: [],
    items,
    discounts: redeemAll(tx, discounts, { customer }),
    period,
    description,
    metadata,
  });
  tx.patch('invoice', id, { custom_fields, footer });
  finalizeInvoice(tx, id, intent);
  return id;
}
