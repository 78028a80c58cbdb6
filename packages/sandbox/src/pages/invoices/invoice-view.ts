import { type Invoice, subscriptionOf } from '../../billing/invoices/invoices.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { money } from '../../billing/wording.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import type { Badge } from '../portal/portal-page.js';
import { longDay, span } from '../wording.js';
import type { InvoiceView } from './invoice-page.js';

const BADGES: Record<string, Badge> = {
  draft: { text: 'Draft', tone: '' },
  open: { text: 'Open', tone: 'test' },
  paid: { text: 'Paid', tone: 'good' },
  uncollectible: { text: 'Uncollectible', tone: 'bad' },
  void: { text: 'Void', tone: '' },
};

export function invoiceBadge({ status }: Invoice): Badge {
  return BADGES[status ?? ''] ?? { text: status ?? '', tone: '' };
}

/** What the hosted page of a finalized invoice shows; with a form while it waits for money. */
export function invoiceView(invoice: Invoice, entries: Entries, problems: Problem[]): InvoiceView {
  const { currency, lines } = invoice;
  const { country } = invoice.customer_address ?? {};
  const payable = invoice.status === 'open' && invoice.amount_remaining > 0;
  const subscription = subscriptionOf(invoice);
  return {
    merchant: MERCHANT_NAME,
    number: invoice.number ?? invoice.id,
    badge: invoiceBadge(invoice),
    amount: money(payable ? invoice.amount_remaining : invoice.total, currency),
    meaning: meaningOf(invoice),
    facts: [
      { label: 'Invoice number', value: invoice.number ?? 'Draft' },
      { label: 'Issued', value: longDay(invoice.effective_at ?? invoice.created) },
      ...(invoice.due_date === null ? [] : [{ label: 'Due', value: longDay(invoice.due_date) }]),
      { label: 'Billed to', value: billedTo(invoice) },
      ...shippedTo(invoice),
      ...(invoice.custom_fields ?? []).map(({ name, value }) => ({ label: name, value })),
    ],
    lines: lines.data.map((line) => ({
      description: line.description ?? '',
      detail: periodOf(line.period),
      quantity: line.quantity === null ? '' : String(line.quantity),
      amount: money(line.amount, currency).replace('-', '−'),
    })),
    totals: totalsOf(invoice),
    notes: [invoice.description, invoice.footer].flatMap((note) => note || []),
    pdf: invoice.invoice_pdf ?? null,
    ...(payable && {
      form: {
        action: `/i/${invoice.id}`,
        submit: `Pay ${money(invoice.amount_remaining, currency)}`,
        busy: 'Processing…',
        entries: { ...(country && { country }), ...entries },
        problems,
        ...(subscription && { note: `The card is kept for the next renewals of your plan with ${MERCHANT_NAME}.` }),
      },
    }),
  };
}

function billedTo({ customer_name, customer_email, customer_address, customer_tax_ids }: Invoice): string {
  const who = [customer_name, customer_email].filter(Boolean).join(', ');
  const numbers = (customer_tax_ids ?? []).map(({ value }) => value);
  return [who, addressLine(customer_address), ...numbers].filter(Boolean).join('\n') || '–';
}

function shippedTo({ shipping_details: to, customer_shipping }: Invoice): InvoiceView['facts'] {
  const shipping = to ?? customer_shipping;
  if (!shipping) return [];
  const value = [shipping.name, addressLine(shipping.address)].filter(Boolean).join('\n');
  return value === '' ? [] : [{ label: 'Shipped to', value }];
}

function addressLine(address: Invoice['customer_address'] | undefined): string {
  const { line1, line2, postal_code, city, state, country } = address ?? {};
  const town = [postal_code, city].filter(Boolean).join(' ');
  return [line1, line2, town, state, country].filter(Boolean).join(', ');
}

function totalsOf(invoice: Invoice): InvoiceView['totals'] {
  const { currency } = invoice;
  const discount = (invoice.total_discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
  const credited = invoice.pre_payment_credit_notes_amount;
  const balance = (invoice.ending_balance ?? 0) - invoice.starting_balance;
  return [
    { label: 'Subtotal', amount: money(invoice.subtotal, currency) },
    ...(discount > 0 ? [{ label: 'Discount', amount: `−${money(discount, currency)}` }] : []),
    { label: 'Total', amount: money(invoice.total, currency) },
    ...(balance > 0 ? [{ label: 'Applied balance', amount: `−${money(balance, currency)}` }] : []),
    ...(credited > 0 ? [{ label: 'Credit notes', amount: `−${money(credited, currency)}` }] : []),
    ...(invoice.amount_paid > 0 ? [{ label: 'Paid', amount: `−${money(invoice.amount_paid, currency)}` }] : []),
    {
      label: 'Amount due',
      amount: money(invoice.status === 'open' ? invoice.amount_remaining : 0, currency),
      due: true,
    },
  ];
}

function meaningOf({ status, status_transitions, due_date, created }: Invoice): string {
  if (status === 'paid') return `Paid on ${longDay(status_transitions.paid_at ?? created)}`;
  if (status === 'void') return `Voided on ${longDay(status_transitions.voided_at ?? created)}`;
  if (status === 'uncollectible') return 'No longer collected';
  return due_date ? `Due on ${longDay(due_date)}` : 'Due now';
}

function periodOf({ start, end }: { start: number; end: number }): string {
  return start === end ? longDay(start) : span(start, end);
}
