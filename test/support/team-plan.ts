import type { Stripe } from 'stripe';

export interface TeamPlan {
  product: Stripe.Product;
  price: Stripe.Price;
}
export interface SoldTeamPlan extends TeamPlan {
  customer: Stripe.Customer;
  subscription: Stripe.Subscription;
}

/** A plan with one feature (`seats`, limit 5), 20.00 a month. */
export async function createTeamPlan(sdk: Stripe): Promise<TeamPlan> {
  const product = await sdk.products.create({ name: 'Team', metadata: { plan_key: 'team', 'limit:seats': '5' } });
  const known = await sdk.entitlements.features.list({ lookup_key: 'seats' });
  const feature =
    known.data[0] ??
    (await sdk.entitlements.features.create({ name: 'Seats', lookup_key: 'seats', metadata: { limit: '1' } }));
  await sdk.products.createFeature(product.id, { entitlement_feature: feature.id });
  const price = await sdk.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 2000,
    recurring: { interval: 'month' },
  });
  return { product, price };
}

/** A customer of the owner with a card that works; `owner` is `user:<sub>` or `organization:<org>`. */
export async function createCustomer(sdk: Stripe, owner?: string): Promise<Stripe.Customer> {
  const customer = await sdk.customers.create({
    email: 'alice@example.com',
    ...(owner ? { metadata: { tollgate_owner: owner } } : {}),
  });
  const method = await sdk.paymentMethods.attach('pm_card_visa', { customer: customer.id });
  return sdk.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
}

/** The plan, a customer and an active subscription to it. */
export async function sellTeamPlan(sdk: Stripe, owner?: string): Promise<SoldTeamPlan> {
  const plan = await createTeamPlan(sdk);
  const customer = await createCustomer(sdk, owner);
  const subscription = await sdk.subscriptions.create({ customer: customer.id, items: [{ price: plan.price.id }] });
  return { ...plan, customer, subscription };
}
