import type Stripe from 'stripe';

/** A monthly price in US dollars (minor units) of a new product. */
export async function monthlyPrice(
  stripe: Stripe,
  unit_amount: number,
  more: Partial<Stripe.PriceCreateParams> & { name?: string } = {},
): Promise<Stripe.Price> {
  const { name = 'Team', ...params } = more;
  return stripe.prices.create({
    currency: 'usd',
    product_data: { name },
    recurring: { interval: 'month' },
    unit_amount,
    ...params,
  });
}

/** A customer whose default payment method is the given test card. */
export async function customerWithCard(stripe: Stripe, card = 'pm_card_visa'): Promise<Stripe.Customer> {
  return stripe.customers.create({
    email: 'alice@example.com',
    payment_method: card,
    invoice_settings: { default_payment_method: card },
  });
}

/** The invoice of an expanded member. */
export function invoiceOf(subscription: Stripe.Subscription): Stripe.Invoice {
  const { latest_invoice } = subscription;
  if (!latest_invoice || typeof latest_invoice === 'string') throw new Error('latest_invoice was not expanded');
  return latest_invoice;
}

/** The id in a confirmation secret such as `pi_…_secret_…`. */
export function intentIdOf(secret: string | undefined): string {
  const id = secret?.split('_secret_')[0];
  if (!id) throw new Error('there is no client secret');
  return id;
}
