import type Stripe from 'stripe';
import { expect } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

/**
 * A small shop as Stripe's guides have one write it: it knows what it hears through its webhook, whose signature it
 * checks, and lives with one customer on a test clock.
 */
export class Shop {
  private constructor(
    readonly stripe: Stripe,
    private readonly box: TestSandbox,
    private readonly receiver: WebhookReceiver,
    private readonly secret: string,
    private readonly clock: string,
  ) {}

  static async open(frozen_time: number): Promise<Shop> {
    const box = await startTestSandbox({ seed: true });
    const receiver = await startWebhookReceiver();
    const { secret } = await box.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    const { id } = await box.stripe.testHelpers.testClocks.create({ frozen_time });
    return new Shop(box.stripe, box, receiver, secret as string, id);
  }

  async close(): Promise<void> {
    await this.receiver.close();
    await this.box.close();
  }

  /** A customer on the shop's clock; with a card, that card is the default. */
  async customer(card?: string): Promise<string> {
    const { id } = await this.stripe.customers.create({
      email: 'alice@example.com',
      test_clock: this.clock,
      ...(card && { payment_method: card, invoice_settings: { default_payment_method: card } }),
    });
    return id;
  }

  /** Later charges meet this card. */
  async replaceCard(customer: string, card: string): Promise<void> {
    const { id } = await this.stripe.paymentMethods.attach(card, { customer });
    await this.stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
  }

  async timePasses({ days = 0, hours = 0 }: { days?: number; hours?: number }): Promise<void> {
    const { testClocks } = this.stripe.testHelpers;
    const { frozen_time } = await testClocks.retrieve(this.clock);
    await testClocks.advance(this.clock, { frozen_time: frozen_time + days * 86_400 + hours * 3600 });
    await expect.poll(async () => (await testClocks.retrieve(this.clock)).status).toBe('ready');
  }

  /** Waits for the latest event of this type that fits. */
  async hears(type: Stripe.Event.Type, fits: Record<string, unknown> = {}): Promise<Stripe.Event> {
    const find = () => this.heard(type).findLast(({ data }) => matches(data.object, fits));
    await expect.poll(find).toBeDefined();
    return find() as Stripe.Event;
  }

  /** What the shop's webhook was told so far. */
  heard(type: string): Stripe.Event[] {
    const { webhooks } = this.stripe;
    return this.receiver.received
      .filter(({ event }) => event.type === type)
      .map(({ body, headers }) => webhooks.constructEvent(body, headers['stripe-signature'] as string, this.secret));
  }

  /** What a browser does with a client secret and a card: confirm the payment with the publishable key. */
  async browserPays(clientSecret: string, card: string): Promise<Stripe.PaymentIntent> {
    const [id] = clientSecret.split('_secret_');
    return this.fromBrowser(`payment_intents/${id}/confirm`, clientSecret, card);
  }

  async browserSetsUp(clientSecret: string, card: string): Promise<Stripe.SetupIntent> {
    const [id] = clientSecret.split('_secret_');
    return this.fromBrowser(`setup_intents/${id}/confirm`, clientSecret, card);
  }

  /** Approves the 3D Secure page that an intent leads to. */
  async browserAuthenticates({ next_action }: Stripe.PaymentIntent | Stripe.SetupIntent): Promise<void> {
    const page = next_action?.redirect_to_url?.url as string;
    const answer = await fetch(page, {
      method: 'POST',
      body: new URLSearchParams({ answer: 'approve' }),
      redirect: 'manual',
    });
    expect(answer.headers.get('location')).toContain('redirect_status=succeeded');
  }

  private async fromBrowser<T>(path: string, client_secret: string, payment_method: string): Promise<T> {
    const answer = await fetch(`${this.box.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: 'Bearer pk_test_shop' },
      body: new URLSearchParams({ client_secret, payment_method, return_url: 'https://shop.example/return' }),
    });
    return (await answer.json()) as T;
  }
}

function matches(object: unknown, fits: Record<string, unknown>): boolean {
  return Object.entries(fits).every(([key, value]) => (object as Record<string, unknown>)[key] === value);
}
