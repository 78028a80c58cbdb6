import type { Stripe } from 'stripe';
import { type InvoiceRow, type StoredInvoiceLine, stripeInvoices } from '../../db/tables/invoices.js';
import { decimalText, idOf, projector } from '../projector.js';

export const invoice = projector<Stripe.Invoice, InvoiceRow>({
  type: 'invoice',
  table: stripeInvoices,
  // Not `invoice.upcoming`: that invoice does not exist yet and has no id.
  eventTypes: [
    'invoice.created',
    'invoice.updated',
    'invoice.finalized',
    'invoice.finalization_failed',
    'invoice.sent',
    'invoice.paid',
    'invoice.payment_succeeded',
    'invoice.payment_failed',
    'invoice.payment_action_required',
    'invoice.payment_attempt_required',
    'invoice.overdue',
    'invoice.overpaid',
    'invoice.voided',
    'invoice.marked_uncollectible',
    'invoice.deleted',
  ],
  goneTypes: ['invoice.deleted'],
  deletable: true,
  fetch: async (ask, id) => {
    const value = await ask((sdk) => sdk.invoices.retrieve(id));
    if (!value.lines.has_more) return value;
    const lines: Stripe.InvoiceLineItem[] = [];
    for (let after: string | undefined; ; ) {
      const page = await ask((sdk) => sdk.invoices.listLineItems(id, { limit: 100, starting_after: after }));
      lines.push(...page.data);
      after = page.data.at(-1)?.id;
      if (!page.has_more || after === undefined) break;
    }
    return { ...value, lines: { ...value.lines, data: lines, has_more: false } };
  },
  complete: (payload) => !payload.lines.has_more,
  owned: ['line_item', 'discount', 'coupon', 'tax_rate', 'invoice_payment'],
  stripped: ['confirmation_secret'],
  optional: ['payments', 'custom_fields', 'customer_tax_ids'],
  volatile: ['webhooks_delivered_at'],
  customerOf: (payload) => idOf(payload.customer),
  row: (payload) => ({
    customerId: idOf(payload.customer) ?? '',
    subscriptionId: idOf(payload.parent?.subscription_details?.subscription),
    number: payload.number,
    status: payload.status,
    billingReason: payload.billing_reason,
    collectionMethod: payload.collection_method,
    currency: payload.currency,
    total: payload.total,
    subtotal: payload.subtotal,
    tax: (payload.total_taxes ?? []).reduce((sum, tax) => sum + tax.amount, 0),
    amountDue: payload.amount_due,
    amountPaid: payload.amount_paid,
    amountRemaining: payload.amount_remaining,
    attempted: payload.attempted,
    attemptCount: payload.attempt_count,
    nextPaymentAttempt: payload.next_payment_attempt,
    dueDate: payload.due_date,
    finalizedAt: payload.status_transitions.finalized_at,
    paidAt: payload.status_transitions.paid_at,
    periodStart: payload.period_start,
    periodEnd: payload.period_end,
    hostedInvoiceUrl: payload.hosted_invoice_url ?? null,
    invoicePdf: payload.invoice_pdf ?? null,
    lines: payload.lines.data.map(line),
    created: payload.created,
  }),
});

function line(source: Stripe.InvoiceLineItem): StoredInvoiceLine {
  const details = source.parent?.subscription_item_details ?? source.parent?.invoice_item_details;
  return {
    id: source.id,
    description: source.description,
    amount: source.amount,
    currency: source.currency,
    quantity: decimalText(source.quantity_decimal ?? source.quantity),
    period_start: source.period.start,
    period_end: source.period.end,
    proration: details?.proration ?? false,
    price_id: idOf(source.pricing?.price_details?.price),
    product_id: source.pricing?.price_details?.product ?? null,
  };
}
