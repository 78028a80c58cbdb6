import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

const HOSTILE = '<img src=x onerror=alert(1)>';
const browser = useBrowser();
let box: TestSandbox;
let pages: Record<string, string>;
let customer: Stripe.Customer;

beforeAll(async () => {
  box = await startTestSandbox();
  const { stripe } = box;
  const product = await stripe.products.create({ name: HOSTILE, description: HOSTILE, metadata: { note: HOSTILE } });
  const price = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1200,
    nickname: HOSTILE,
    recurring: { interval: 'month' },
  });
  const coupon = await stripe.coupons.create({ percent_off: 10, duration: 'forever', name: HOSTILE });
  customer = await stripe.customers.create({
    name: HOSTILE,
    email: 'alice@example.com',
    phone: HOSTILE.slice(0, 20),
    address: { line1: HOSTILE, city: HOSTILE, country: 'DE' },
    metadata: { note: HOSTILE },
    payment_method: 'pm_card_visa',
    invoice_settings: { default_payment_method: 'pm_card_visa' },
  });
  const subscription = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    discounts: [{ coupon: coupon.id }],
    description: HOSTILE,
    metadata: { note: HOSTILE },
    expand: ['latest_invoice'],
  });
  await stripe.invoiceItems.create({ customer: customer.id, amount: 500, currency: 'usd', description: HOSTILE });
  const draft = await stripe.invoices.create({
    customer: customer.id,
    collection_method: 'send_invoice',
    days_until_due: 30,
    pending_invoice_items_behavior: 'include',
    description: HOSTILE,
    footer: HOSTILE,
    custom_fields: [{ name: HOSTILE.slice(0, 28), value: HOSTILE }],
  });
  const open = await stripe.invoices.finalizeInvoice(draft.id as string);
  const custom = { type: 'custom' as const, custom: HOSTILE };
  const session = (ui: 'hosted_page' | 'embedded_page') =>
    stripe.checkout.sessions.create({
      mode: 'subscription',
      ui_mode: ui,
      line_items: [{ price: price.id, quantity: 1 }],
      ...(ui === 'hosted_page'
        ? { success_url: 'http://127.0.0.1/done', cancel_url: 'http://127.0.0.1/plans' }
        : { return_url: 'http://127.0.0.1/done' }),
      discounts: [{ coupon: coupon.id }],
      custom_text: { submit: { message: HOSTILE }, after_submit: { message: HOSTILE } },
      custom_fields: [
        { key: 'one', label: custom, type: 'text' },
        { key: 'two', label: custom, type: 'dropdown', dropdown: { options: [{ label: HOSTILE, value: 'a' }] } },
      ],
    });
  const [hosted, embedded] = await Promise.all([session('hosted_page'), session('embedded_page')]);
  const configuration = await stripe.billingPortal.configurations.create({
    business_profile: { headline: HOSTILE },
    features: {
      customer_update: { enabled: true, allowed_updates: ['name', 'email', 'address', 'phone'] },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: { enabled: true },
    },
  });
  const portal = await stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration: configuration.id,
    return_url: 'http://127.0.0.1/account',
  });
  const intent = await stripe.paymentIntents.create({
    amount: 900,
    currency: 'usd',
    confirm: true,
    payment_method: 'pm_card_threeDSecure2Required',
    return_url: 'http://127.0.0.1/done',
  });
  const event = box.events('customer.created')[0] as Stripe.Event;
  pages = {
    hosted: hosted.url as string,
    embedded: `${box.url}/c/pay/${embedded.id}`,
    portal: portal.url,
    'portal details': `${portal.url}/customer`,
    'portal cancel': `${portal.url}/subscriptions/${subscription.id}/cancel`,
    invoice: open.hosted_invoice_url as string,
    'paid invoice': (subscription.latest_invoice as Stripe.Invoice).hosted_invoice_url as string,
    bank: intent.next_action?.redirect_to_url?.url as string,
    elements: `${box.url}/elements/frame?type=payment&parent=${encodeURIComponent('http://127.0.0.1:1')}`,
    'customer in the dashboard': `${box.url}/dashboard/objects/customer/${customer.id}`,
    'customers in the dashboard': `${box.url}/dashboard/objects/customer?q=${encodeURIComponent(HOSTILE)}`,
    'product in the dashboard': `${box.url}/dashboard/objects/product/${product.id}`,
    'coupons in the dashboard': `${box.url}/dashboard/objects/coupon`,
    'event in the dashboard': `${box.url}/dashboard/events/${event.id}`,
    'request in the dashboard': `${box.url}/dashboard/requests/${event.request?.id}`,
    'customer portal failures': `${box.url}/dashboard/failures?customer=${encodeURIComponent(HOSTILE)}`,
  };
});
afterAll(() => box.close());

test('names, descriptions and metadata are text on every page, never markup', async () => {
  const page = await browser.newPage();
  const dialogs: string[] = [];
  page.on('dialog', async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  let shown = 0;
  for (const [name, address] of Object.entries(pages)) {
    await page.goto(address);
    expect([name, await page.locator('img, [onerror], script:not([src])').count()]).toEqual([name, 0]);
    shown += (await page.getByText(HOSTILE).count()) > 0 ? 1 : 0;
  }
  expect(dialogs).toEqual([]);
  expect(shown).toBeGreaterThan(8);
});

test.each([
  ['hosted', false],
  ['portal', false],
  ['portal details', false],
  ['invoice', false],
  ['customer in the dashboard', false],
  ['embedded', true],
  ['bank', true],
  ['elements', true],
])('%s can be shown in a frame of another page: %s', async (name, framed) => {
  const policy = (await fetch(pages[name] as string)).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy.includes("frame-ancestors 'none'")).toBe(!framed);
});

const RUNS_CODE = ['javascript:alert(1)', 'data:text/html,x', 'JavaScript:alert(1)', 'not an address'];
test.each(RUNS_CODE)('%s is no address to send a person to', async (address) => {
  const { stripe } = box;
  const intent = { confirm: true, payment_method: 'pm_card_visa', return_url: address };
  const portal = { customer: customer.id };
  const flow_data = {
    type: 'payment_method_update' as const,
    after_completion: { type: 'redirect' as const, redirect: { return_url: address } },
  };
  const features = { invoice_history: { enabled: true } };
  const checkout = { mode: 'setup' as const, currency: 'usd' };
  const attempts: [string, () => Promise<unknown>][] = [
    ['return_url', () => stripe.billingPortal.sessions.create({ ...portal, return_url: address })],
    [
      'flow_data[after_completion][redirect][return_url]',
      () => stripe.billingPortal.sessions.create({ ...portal, flow_data }),
    ],
    ['default_return_url', () => stripe.billingPortal.configurations.create({ features, default_return_url: address })],
    [
      'business_profile[terms_of_service_url]',
      () =>
        stripe.billingPortal.configurations.create({ features, business_profile: { terms_of_service_url: address } }),
    ],
    ['return_url', () => stripe.paymentIntents.create({ amount: 900, currency: 'usd', ...intent })],
    ['return_url', () => stripe.setupIntents.create(intent)],
    ['success_url', () => stripe.checkout.sessions.create({ ...checkout, success_url: address })],
  ];
  for (const [param, attempt] of attempts) {
    await expect(attempt()).rejects.toMatchObject({ code: 'url_invalid', param, message: 'Not a valid URL' });
  }
});

test('an app is sent back to by its own scheme', async () => {
  const session = await box.stripe.billingPortal.sessions.create({
    customer: customer.id,
    return_url: 'acme://billing/done',
  });
  expect(session.return_url).toBe('acme://billing/done');
});
