import fc from 'fast-check';
import Stripe from 'stripe';
import type { TestSandbox } from '../support/sandbox.js';

/** One thing that happens in a world: to its `customer`-th customer, or time that passes. */
export type Step =
  | { do: 'subscribe'; customer: number; price: number; quantity: number; trialDays: number; coupon: boolean }
  | { do: 'change'; customer: number; price: number; quantity: number; proration: Proration }
  | { do: 'cancel' | 'cancel_at_period_end' | 'keep' | 'pay'; customer: number }
  | { do: 'card'; customer: number; card: number }
  | { do: 'charge_extra'; customer: number; amount: number }
  | { do: 'advance'; hours: number };
type Proration = Stripe.SubscriptionUpdateParams.ProrationBehavior;

const CARDS = ['pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired', 'pm_card_mastercard'];
const PRICES: Stripe.PriceCreateParams[] = [
  { currency: 'usd', unit_amount: 2900, recurring: { interval: 'month' } },
  { currency: 'usd', unit_amount: 9900, recurring: { interval: 'month' } },
  { currency: 'usd', unit_amount: 99_000, recurring: { interval: 'year' } },
  { currency: 'usd', unit_amount: 333, recurring: { interval: 'week', interval_count: 2 } },
];
const CUSTOMERS = 2;

/** @param advances whether time passes within the steps */
export function steps({ advances }: { advances: boolean }): fc.Arbitrary<Step[]> {
  const customer = fc.nat(CUSTOMERS - 1);
  const price = fc.nat(PRICES.length - 1);
  const quantity = fc.integer({ min: 1, max: 5 });
  const proration = fc.constantFrom<Proration>('create_prorations', 'always_invoice', 'none');
  const trialDays = fc.constantFrom(0, 0, 0, 2, 10);
  const one = fc.oneof(
    fc.record({ do: fc.constant('subscribe' as const), customer, price, quantity, trialDays, coupon: fc.boolean() }),
    fc.record({ do: fc.constant('change' as const), customer, price, quantity, proration }),
    fc.record({ do: fc.constantFrom('cancel', 'cancel_at_period_end', 'keep', 'pay' as const), customer }),
    fc.record({ do: fc.constant('card' as const), customer, card: fc.nat(CARDS.length - 1) }),
    fc.record({
      do: fc.constant('charge_extra' as const),
      customer,
      amount: fc.integer({ min: 50, max: 9999 }),
    }),
    ...(advances ? [fc.record({ do: fc.constant('advance' as const), hours: fc.integer({ min: 1, max: 500 }) })] : []),
  ) as fc.Arbitrary<Step>;
  return fc
    .array(one, { minLength: 1, maxLength: 14 })
    .map((drawn) => [
      { do: 'subscribe', customer: 0, price: 0, quantity: 1, trialDays: 0, coupon: false } as Step,
      ...drawn,
    ]);
}

/** A few customers on one test clock of a sandbox, to whom steps happen through the official SDK. */
export class World {
  private constructor(
    readonly box: TestSandbox,
    readonly clock: string,
    readonly customers: readonly string[],
    private readonly prices: string[],
  ) {}

  static async begin(box: TestSandbox, frozen_time: number): Promise<World> {
    const { stripe } = box;
    const { id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time });
    const product = await stripe.products.create({ name: 'Team' });
    const prices: string[] = [];
    for (const price of PRICES) prices.push((await stripe.prices.create({ ...price, product: product.id })).id);
    await stripe.coupons.create({ id: 'launch', percent_off: 15, duration: 'repeating', duration_in_months: 2 });
    const customers: string[] = [];
    for (let at = 0; at < CUSTOMERS; at++) {
      const card = { payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } };
      customers.push((await stripe.customers.create({ test_clock: clock, ...card })).id);
    }
    return new World(box, clock, customers, prices);
  }

  /** Does one step. What Stripe refuses (no subscription to change, a declined card) has simply not happened. */
  async take(step: Step): Promise<void> {
    try {
      await this.attempt(step);
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeError)) throw error;
    }
  }

  async takeAll(all: readonly Step[]): Promise<void> {
    for (const step of all) await this.take(step);
  }

  /** Waits until the clock has arrived. */
  async advance(seconds: number): Promise<void> {
    const { testClocks } = this.box.stripe.testHelpers;
    const { frozen_time } = await testClocks.retrieve(this.clock);
    await testClocks.advance(this.clock, { frozen_time: frozen_time + seconds });
    while ((await testClocks.retrieve(this.clock)).status !== 'ready');
  }

  private async attempt(step: Step): Promise<void> {
    if (step.do === 'advance') return this.advance(step.hours * 3600);
    const { stripe } = this.box;
    const customer = this.customers[step.customer] as string;
    const { data: live } = await stripe.subscriptions.list({ customer });
    const subscription = live[0];
    switch (step.do) {
      case 'subscribe':
        await stripe.subscriptions.create({
          customer,
          items: [{ price: this.prices[step.price] as string, quantity: step.quantity }],
          ...(step.trialDays > 0 && { trial_period_days: step.trialDays }),
          ...(step.coupon && { discounts: [{ coupon: 'launch' }] }),
        });
        return;
      case 'card': {
        const card = await stripe.paymentMethods.attach(CARDS[step.card] as string, { customer });
        await stripe.customers.update(customer, { invoice_settings: { default_payment_method: card.id } });
        return;
      }
      case 'charge_extra':
        await stripe.invoiceItems.create({ customer, amount: step.amount, currency: 'usd' });
        return;
      case 'pay': {
        const { data } = await stripe.invoices.list({ customer, status: 'open' });
        if (data[0]?.id) await stripe.invoices.pay(data[0].id);
        return;
      }
    }
    if (!subscription) return;
    switch (step.do) {
      case 'cancel':
        await stripe.subscriptions.cancel(subscription.id);
        return;
      case 'cancel_at_period_end':
      case 'keep':
        await stripe.subscriptions.update(subscription.id, {
          cancel_at_period_end: step.do === 'cancel_at_period_end',
        });
        return;
      case 'change':
        await stripe.subscriptions.update(subscription.id, {
          items: [
            {
              id: subscription.items.data[0]?.id as string,
              price: this.prices[step.price] as string,
              quantity: step.quantity,
            },
          ],
          proration_behavior: step.proration,
        });
    }
  }
}
