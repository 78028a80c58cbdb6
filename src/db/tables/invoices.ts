import { boolean, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core';
import { minorUnits, mirrored, seconds } from './mirrored.js';

/** A line as clients see it; amounts in minor units, before discounts. */
export interface StoredInvoiceLine {
  id: string;
  description: string | null;
  amount: number;
  currency: string;
  quantity: string | null;
  period_start: number | null;
  period_end: number | null;
  proration: boolean;
  price_id: string | null;
  product_id: string | null;
}

export const stripeInvoices = pgTable(
  'stripe_invoices',
  {
    ...mirrored(),
    customerId: text('customer_id').notNull().default(''),
    subscriptionId: text('subscription_id'),
    number: text('number'),
    /** Stripe's own word; null only while Stripe has none. */
    status: text('status'),
    billingReason: text('billing_reason'),
    collectionMethod: text('collection_method'),
    currency: text('currency').notNull().default(''),
    total: minorUnits('total').notNull().default(0),
    subtotal: minorUnits('subtotal').notNull().default(0),
    tax: minorUnits('tax').notNull().default(0),
    amountDue: minorUnits('amount_due').notNull().default(0),
    amountPaid: minorUnits('amount_paid').notNull().default(0),
    amountRemaining: minorUnits('amount_remaining').notNull().default(0),
    attempted: boolean('attempted').notNull().default(false),
    attemptCount: integer('attempt_count').notNull().default(0),
    nextPaymentAttempt: seconds('next_payment_attempt'),
    dueDate: seconds('due_date'),
    finalizedAt: seconds('finalized_at'),
    paidAt: seconds('paid_at'),
    periodStart: seconds('period_start'),
    periodEnd: seconds('period_end'),
    hostedInvoiceUrl: text('hosted_invoice_url'),
    invoicePdf: text('invoice_pdf'),
    /** Null until the whole list was seen. */
    lines: jsonb('lines').$type<StoredInvoiceLine[]>(),
    created: seconds('created').notNull().default(0),
  },
  (t) => [
    index('stripe_invoices_customer').on(t.customerId, t.created, t.id),
    index('stripe_invoices_subscription').on(t.subscriptionId),
  ],
);
export type InvoiceRow = typeof stripeInvoices.$inferSelect;
