import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { controlOf } from '../support/control.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
});
afterAll(() => box.close());

type Hash = Record<string, unknown>;

/** An answer in an older version; unchecked, as the SDK's typings describe only their own. */
async function get(path: string, version: string): Promise<{ status: number; header: string | null; body: Hash }> {
  const headers = { authorization: 'Bearer sk_test_sandbox', 'stripe-version': version };
  const response = await fetch(`${box.url}${path}`, { headers });
  const header = response.headers.get('stripe-version');
  return { status: response.status, header, body: (await response.json()) as Hash };
}

describe('the Stripe-Version of a request', () => {
  test.each(['2019-2-19', '2026-10-29.endive', 'latest', '2018-11-21 accounts_upgrade=true'])(
    '%s: unknown, it is refused',
    async (version) => {
      expect(await get('/v1/account', version)).toMatchObject({
        status: 400,
        body: { error: { type: 'invalid_request_error', message: `Invalid Stripe API version: ${version}` } },
      });
    },
  );

  test.each(['2020-08-27', '2025-03-01.dashboard'])(
    '%s: known but not spoken here, it is refused too',
    async (version) => {
      const { status, body } = await get('/v1/account', version);
      expect(status).toBe(400);
      expect((body.error as Hash).message).toContain('This sandbox speaks the versions from 2024-06-20');
    },
  );

  test.each(['2024-06-20', '2025-09-30.clover', '2026-09-30.endive', '2026-10-28.endive'])(
    '%s is answered and said',
    async (version) => {
      expect(await get('/v1/account', version)).toMatchObject({ status: 200, header: version });
    },
  );

  test('an older answer has the members where they were', async () => {
    const customer = await customerWithCard(box.stripe);
    const price = await monthlyPrice(box.stripe, 2000);
    const coupon = await box.stripe.coupons.create({ percent_off: 10, duration: 'forever' });
    const made = await box.stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      discounts: [{ coupon: coupon.id }],
      expand: ['latest_invoice.payments'],
    });
    const item = made.items.data[0] as Stripe.SubscriptionItem;
    const invoice = made.latest_invoice as Stripe.Invoice;
    const intent = invoice.payments?.data[0]?.payment.payment_intent as string;
    const acacia = '2024-12-18.acacia';

    const subscription = (await get(`/v1/subscriptions/${made.id}`, acacia)).body;
    expect(subscription).toMatchObject({
      current_period_start: item.current_period_start,
      current_period_end: item.current_period_end,
      discount: { object: 'discount', coupon: { id: coupon.id, percent_off: 10 } },
    });
    expect(subscription.discount).not.toHaveProperty('source');

    const shown = (await get(`/v1/invoices/${invoice.id}`, acacia)).body;
    expect(shown).toMatchObject({ subscription: made.id, paid: true, payment_intent: intent, tax: null, total: 1800 });
    for (const member of ['parent', 'payments', 'confirmation_secret', 'total_taxes']) {
      expect(shown).not.toHaveProperty(member);
    }
    const [line] = (shown.lines as { data: Hash[] }).data;
    expect(line).toMatchObject({
      type: 'subscription',
      price: { id: price.id, unit_amount: 2000 },
      proration: false,
      subscription: made.id,
      subscription_item: item.id,
    });
    expect(line).not.toHaveProperty('pricing');
    expect((await get(`/v1/payment_intents/${intent}`, acacia)).body).toMatchObject({ invoice: invoice.id });

    const basil = (await get(`/v1/subscriptions/${made.id}?expand[]=discounts`, '2025-06-30.basil')).body;
    expect(basil).not.toHaveProperty('current_period_end');
    expect((basil.discounts as Hash[])[0]).toMatchObject({ coupon: { id: coupon.id } });
    const clover = (await get(`/v1/subscriptions/${made.id}?expand[]=discounts`, '2025-09-30.clover')).body;
    expect((clover.discounts as Hash[])[0]).toMatchObject({ source: { coupon: coupon.id, type: 'coupon' } });
  });

  test('a promotion code had its coupon in it', async () => {
    const { id: coupon } = await box.stripe.coupons.create({ percent_off: 5, duration: 'once' });
    const { id } = await box.stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon } });
    const { body } = await get(`/v1/promotion_codes/${id}`, '2025-08-27.basil');
    expect(body).toMatchObject({ coupon: { id: coupon, object: 'coupon' } });
    expect(body).not.toHaveProperty('promotion');
  });

  test('an invoice item had its price and its subscription', async () => {
    const { id: customer } = await box.stripe.customers.create({});
    const { id } = await box.stripe.invoiceItems.create({ customer, amount: 500, currency: 'usd' });
    expect((await get(`/v1/invoiceitems/${id}`, '2024-06-20')).body).toMatchObject({
      amount: 500,
      subscription: null,
      unit_amount: 500,
      unit_amount_decimal: '500',
    });
  });
});

describe('the version of a webhook endpoint', () => {
  let receiver: WebhookReceiver;
  beforeAll(async () => {
    receiver = await startWebhookReceiver();
  });
  afterAll(() => receiver.close());

  const endpoint = (api_version: string, enabled_events: Stripe.WebhookEndpointCreateParams.EnabledEvent[]) =>
    box.stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events,
      api_version: api_version as Stripe.WebhookEndpointCreateParams.ApiVersion,
    });

  test('is refused when it is unknown or cannot be rendered, naming what is', async () => {
    await expect(endpoint('2026-12-24.yule', ['*'])).rejects.toMatchObject({
      statusCode: 400,
      param: 'api_version',
      message: 'Invalid Stripe API version: 2026-12-24.yule',
    });
    await expect(endpoint('2022-11-15', ['*'])).rejects.toMatchObject({
      message: expect.stringContaining('This sandbox speaks the versions from 2024-06-20 to 2026-10-28.endive'),
    });
  });

  test('cannot be changed', async () => {
    const { id } = await endpoint('2025-03-31.basil', ['invoice.upcoming']);
    const update = { api_version: '2026-10-28.endive' } as Stripe.WebhookEndpointUpdateParams;
    await expect(box.stripe.webhookEndpoints.update(id, update)).rejects.toMatchObject({ code: 'parameter_unknown' });
    expect((await box.stripe.webhookEndpoints.retrieve(id)).api_version).toBe('2025-03-31.basil');
  });

  test('shapes what it is sent, as it was when it happened, beside another in the present version', async () => {
    const present = await startWebhookReceiver();
    onTestFinished(() => present.close());
    const older = await endpoint('2024-06-20', [
      'customer.subscription.created',
      'customer.subscription.updated',
      'invoice.paid',
    ]);
    await box.stripe.webhookEndpoints.create({ url: present.url, enabled_events: ['customer.subscription.created'] });
    const customer = await customerWithCard(box.stripe);
    const price = await monthlyPrice(box.stripe, 700);
    const made = await box.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const end = made.items.data[0]?.current_period_end as number;
    const control = controlOf(box.url);
    expect(await control.idle()).toBe(true);

    const isOurs = ({ event }: { event: Stripe.Event }) => JSON.stringify(event.data.object).includes(made.id);
    const payloads = (type: string) => receiver.received.filter((each) => each.event.type === type && isOurs(each));
    const [created] = payloads('customer.subscription.created');
    expect(created?.event).toMatchObject({ api_version: '2024-06-20', data: { object: { current_period_end: end } } });
    expect(present.received.find(isOurs)?.event.api_version).toBe('2026-10-28.endive');
    expect(present.received.find(isOurs)?.event.data.object).not.toHaveProperty('current_period_end');
    expect(
      box.stripe.webhooks.constructEvent(
        created?.body as string,
        created?.headers['stripe-signature'] as string,
        older.secret as string,
      ).id,
    ).toBe(created?.event.id);

    // Before the month is over: events are gone after 30 days.
    const again = await control.post('deliveries/resend', { event: created?.event.id, endpoint: older.id });
    expect(again.body).toMatchObject({ resent: 1 });
    expect(await control.idle()).toBe(true);
    expect(payloads('customer.subscription.created').map(({ event }) => event.data)).toEqual([
      created?.event.data,
      created?.event.data,
    ]);

    await box.advance(end - box.now() + 10);
    await box.advance(3600);
    expect(await control.idle()).toBe(true);
    const renewed = payloads('customer.subscription.updated').find(
      ({ event }) => 'current_period_end' in (event.data.previous_attributes ?? {}),
    );
    expect(renewed?.event.data).toMatchObject({
      object: { current_period_start: end },
      previous_attributes: { current_period_start: made.items.data[0]?.current_period_start, current_period_end: end },
    });
    expect(payloads('invoice.paid').at(-1)?.event.data.object).toMatchObject({ paid: true, subscription: made.id });
    const { data } = await box.stripe.events.list({ type: 'invoice.paid', limit: 1 });
    expect(data[0]?.api_version).toBe('2026-10-28.endive');
  });

  test('events are asked for by their names', async () => {
    await expect(endpoint('2026-10-28.endive', ['invoice_paid' as 'invoice.paid'])).rejects.toMatchObject({
      statusCode: 400,
      param: 'enabled_events[0]',
      message: 'Invalid enabled_events[0]: invoice_paid is no type of event. Did you mean invoice.paid?',
    });
    await expect(endpoint('2026-10-28.endive', ['invoice.paid', 'invoice.*' as '*'])).rejects.toMatchObject({
      param: 'enabled_events[1]',
    });
  });
});
