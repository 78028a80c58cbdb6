import type Stripe from 'stripe';

export interface Bill {
  /** Each: what it is, how many, what one costs (minor units). */
  lines: { name: string; quantity?: number; unit?: number }[];
  card?: string;
  /** Default: a new one. */
  customer?: string;
  discounts?: { coupon: string }[];
  currency?: string;
}

/** A finalized invoice: open and to be sent, or paid at once when there is a card. */
export async function billed(stripe: Stripe, { lines, card, customer: known, discounts, currency = 'usd' }: Bill) {
  const customer = await payer(stripe, card, known);
  const draft = await stripe.invoices.create({
    customer: customer.id,
    currency,
    ...(discounts && { discounts }),
    ...(card
      ? { collection_method: 'charge_automatically' }
      : { collection_method: 'send_invoice', days_until_due: 30 }),
  });
  for (const { name, quantity = 1, unit = 1000 } of lines) {
    await stripe.invoiceItems.create({
      customer: customer.id,
      currency,
      description: name,
      invoice: draft.id as string,
      quantity,
      unit_amount_decimal: unit as unknown as Stripe.Decimal,
    });
  }
  const open = await stripe.invoices.finalizeInvoice(draft.id as string, { auto_advance: false });
  const invoice = card ? await stripe.invoices.pay(open.id as string) : open;
  return { customer, invoice, id: invoice.id as string, lines: invoice.lines.data };
}

async function payer(stripe: Stripe, card: string | undefined, known: string | undefined): Promise<Stripe.Customer> {
  if (known) return (await stripe.customers.retrieve(known)) as Stripe.Customer;
  return stripe.customers.create({
    email: 'alice@example.com',
    name: 'Alice Example',
    ...(card && { payment_method: card, invoice_settings: { default_payment_method: card } }),
  });
}
