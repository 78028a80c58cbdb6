import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { withDiscounts } from '../discounts/discounts.js';
import { MERCHANT_NAME } from '../payments/merchant.js';
import type { Subscription } from '../subscriptions/subscription-store.js';
import type { InvoiceLine } from './invoice-lines.js';
import { invoiceTotals } from './invoice-totals.js';
import type { Invoice } from './invoices.js';
import { billItems } from './pending-items.js';

export interface NewInvoice {
  /** A new one by default. */
  id?: string;
  customer: string;
  currency: string;
  billing_reason: Invoice['billing_reason'];
  lines: InvoiceLine[];
  /** Pending invoice items that this invoice bills, before its other lines. */
  items?: readonly StripeObjects['invoiceitem'][];
  /** Discounts of the whole invoice. */
  discounts: string[];
  /** The times between which pending invoice items were gathered. */
  period: { start: number; end: number };
  subscription?: Subscription;
  prorationDate?: number;
  collection_method?: Invoice['collection_method'];
  days_until_due?: number | null;
  default_payment_method?: string | null;
  auto_advance?: boolean;
  automatically_finalizes_at?: number | null;
  description?: string | null;
  metadata?: Record<string, string>;
  /** Members that are simply set. */
  members?: Partial<Invoice>;
}

/** A draft, with its event. */
export function createInvoice(tx: Transaction, given: NewInvoice): Invoice {
  const draft = tx.put('invoice', draftInvoice(tx, given));
  tx.emit('invoice.created', draft);
  return draft;
}

function draftInvoice(tx: Transaction, given: NewInvoice): Invoice {
  const customer = tx.require('customer', given.customer, 'customer');
  const { subscription } = given;
  const id = given.id ?? tx.newId('invoice');
  const now = tx.now(customer.test_clock ?? null);
  const unpriced = [...billItems(tx, given.items ?? [], id), ...given.lines];
  const priced = withDiscounts(tx, unpriced, given.currency, given.discounts);
  const lines = priced.map((line) => ({ ...line, invoice: id }));
  const collection_method = given.collection_method ?? subscription?.collection_method ?? 'charge_automatically';
  const finalizesAt = given.automatically_finalizes_at ?? null;
  const days = given.days_until_due ?? subscription?.days_until_due ?? null;
  return {
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: MERCHANT_NAME,
    account_tax_ids: null,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_shipping: 0,
    application: null,
    attempt_count: 0,
    attempted: false,
    auto_advance: given.auto_advance ?? true,
    automatic_tax: automaticTax(subscription),
    automatically_finalizes_at: finalizesAt,
    billing_reason: given.billing_reason,
    collection_method,
    created: now,
    currency: given.currency,
    custom_fields: subscription?.invoice_settings.custom_fields ?? null,
    customer: customer.id,
    customer_account: null,
    ...customerDetails(tx, customer),
    default_payment_method: given.default_payment_method ?? null,
    default_source: null,
    default_tax_rates: [],
    description: given.description ?? subscription?.invoice_settings.description ?? null,
    discounts: given.discounts,
    due_date: collection_method === 'send_invoice' && days !== null ? now + days * 86_400 : null,
    effective_at: null,
    footer: subscription?.invoice_settings.footer ?? null,
    from_invoice: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    last_finalization_error: null,
    latest_revision: null,
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: given.metadata ?? {},
    next_payment_attempt: collection_method === 'charge_automatically' ? finalizesAt : null,
    number: null,
    on_behalf_of: null,
    parent: subscription
      ? {
          quote_details: null,
          subscription_details: {
            metadata: subscription.metadata,
            subscription: subscription.id,
            ...(given.prorationDate !== undefined && { subscription_proration_date: given.prorationDate }),
          },
          type: 'subscription_details',
        }
      : null,
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: given.period.end,
    period_start: given.period.start,
    post_payment_credit_notes_amount: 0,
    pre_payment_credit_notes_amount: 0,
    receipt_number: null,
    rendering: null,
    shipping_cost: null,
    shipping_details: null,
    statement_descriptor: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    test_clock: customer.test_clock ?? null,
    webhooks_delivered_at: null,
    ...given.members,
    ...invoiceTotals(lines, given.currency, customer.balance, false),
  };
}

type CustomerDetails = Pick<
  Invoice,
  | 'customer_address'
  | 'customer_email'
  | 'customer_name'
  | 'customer_phone'
  | 'customer_shipping'
  | 'customer_tax_exempt'
  | 'customer_tax_ids'
>;

/** What an invoice says of its customer; it follows the customer until the invoice is finalized. */
export function customerDetails(tx: Transaction, customer: StripeObjects['customer']): CustomerDetails {
  return {
    customer_address: customer.address ?? null,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_shipping: customer.shipping ?? null,
    customer_tax_exempt: customer.tax_exempt ?? 'none',
    customer_tax_ids: tx
      .where('tax_id', 'customer', customer.id)
      .map(({ type, value }) => ({ type, value }))
      .reverse(),
  };
}

/** Nothing is collected without tax registrations, so the calculation is always complete. */
function automaticTax(subscription: Subscription | undefined): Invoice['automatic_tax'] {
  const { enabled = false, liability = null } = subscription?.automatic_tax ?? {};
  return {
    disabled_reason: null,
    enabled,
    liability,
    provider: enabled ? 'stripe' : null,
    status: enabled ? 'complete' : null,
  };
}
