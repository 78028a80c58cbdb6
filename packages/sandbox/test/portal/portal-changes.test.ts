import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { openShop, type Shop } from '../support/shop.js';

type Update = Stripe.BillingPortal.ConfigurationCreateParams.Features.SubscriptionUpdate;
type Flow = Stripe.BillingPortal.SessionCreateParams.FlowData;

const browser = useBrowser();
let sandbox: TestSandbox;
let shop: Shop;
let starter: Stripe.Price;
let team: Stripe.Price;
let yearly: Stripe.Price;
let customer: Stripe.Customer;
let subscription: Stripe.Subscription;

beforeAll(async () => {
  shop = await openShop();
  sandbox = await startTestSandbox();
  starter = await monthlyPrice(sandbox.stripe, 500, { name: 'Starter' });
  team = await monthlyPrice(sandbox.stripe, 1200, { name: 'Team' });
  yearly = await monthlyPrice(sandbox.stripe, 12_000, { name: 'Team yearly', recurring: { interval: 'year' } });
});
afterAll(async () => {
  shop.close();
  await sandbox.close();
});
beforeEach(async () => {
  customer = await customerWithCard(sandbox.stripe);
  subscription = await subscribe();
});

const subscribe = (more: Partial<Stripe.SubscriptionCreateParams> = {}) =>
  sandbox.stripe.subscriptions.create({ customer: customer.id, items: [{ price: team.id, quantity: 2 }], ...more });
const current = () => sandbox.stripe.subscriptions.retrieve(subscription.id, { expand: ['discounts', 'schedule'] });

async function openPortal(update: Partial<Update>, flow_data?: Flow): Promise<Page> {
  const { id } = await sandbox.stripe.billingPortal.configurations.create({
    features: {
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity', 'promotion_code'],
        products: [starter, team, yearly].map(({ id: price, product }) => ({
          product: product as string,
          prices: [price],
        })),
        ...update,
      },
      subscription_cancel: { enabled: true },
    },
  });
  const { url } = await sandbox.stripe.billingPortal.sessions.create({
    customer: customer.id,
    configuration: id,
    return_url: `${shop.url}/account`,
    ...(flow_data && { flow_data }),
  });
  const page = await browser.newPage();
  await page.goto(url);
  return page;
}

async function choose(page: Page, plan: string) {
  await page.getByRole('link', { name: 'Change plan' }).click();
  await page.getByLabel(plan, { exact: false }).first().check();
  await page.getByRole('button', { name: 'Continue' }).click();
}
const confirm = (page: Page) => page.getByRole('button', { name: 'Confirm' }).click();

test('a cheaper plan waits for the end of the period, can be taken back, and comes by its schedule', async () => {
  const page = await openPortal({ schedule_at_period_end: { conditions: [{ type: 'decreasing_item_amount' }] } });
  await choose(page, 'Starter');
  await page.getByText('Your plan stays as it is until').waitFor();
  await confirm(page);
  await page.getByText('Your plan changes at the end of the period.').waitFor();
  await page.getByText('Changes to Starter (2) on').waitFor();
  expect(await current()).toMatchObject({
    items: { data: [{ price: { id: team.id } }] },
    schedule: { status: 'active', phases: [{}, { items: [{ price: starter.id, quantity: 2 }] }] },
  });
  await page.getByRole('button', { name: 'Keep current plan' }).click();
  await page.getByText('Your plan goes on.').waitFor();
  expect((await current()).schedule).toBeNull();

  await choose(page, 'Starter');
  await confirm(page);
  await page.getByText('Changes to Starter (2) on').waitFor();
  await sandbox.advance(32 * 86_400);
  expect((await current()).items.data).toMatchObject([{ price: { id: starter.id }, quantity: 2 }]);
});

test('a dearer plan is changed at once even so; a shorter interval waits if that is said', async () => {
  const page = await openPortal({
    proration_behavior: 'always_invoice',
    schedule_at_period_end: { conditions: [{ type: 'shortening_interval' }] },
  });
  await choose(page, 'Team yearly');
  await page.getByText('is charged now').waitFor();
  await confirm(page);
  await page.getByText('Your plan was changed.').waitFor();
  expect((await current()).items.data).toMatchObject([{ price: { id: yearly.id } }]);
  await choose(page, 'Starter');
  await page.getByText('Your plan stays as it is until').waitFor();
});

test('quantities keep to the limits of their product', async () => {
  const page = await openPortal({
    default_allowed_updates: ['price'],
    products: [
      {
        product: team.product as string,
        prices: [team.id],
        adjustable_quantity: { enabled: true, minimum: 2, maximum: 4 },
      },
      { product: starter.product as string, prices: [starter.id] },
    ],
  });
  await page.getByRole('link', { name: 'Change plan' }).click();
  await page.getByLabel('Quantity').evaluate((input) => input.removeAttribute('max'));
  await page.getByLabel('Quantity').fill('9');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('Enter a whole number from 2 to 4.').waitFor();
  await page.getByLabel('Quantity').fill('4');
  await page.getByRole('button', { name: 'Continue' }).click();
  await confirm(page);
  await page.getByText('Your plan was changed.').waitFor();
  expect((await current()).items.data).toMatchObject([{ quantity: 4 }]);
});

test('a promotion code comes with a change, and what is not allowed is not offered', async () => {
  const coupon = await sandbox.stripe.coupons.create({ percent_off: 20, duration: 'forever' });
  const code = await sandbox.stripe.promotionCodes.create({
    promotion: { type: 'coupon', coupon: coupon.id },
    code: 'TWENTY',
  });
  const page = await openPortal({ default_allowed_updates: ['promotion_code'] });
  await page.getByRole('link', { name: 'Change plan' }).click();
  expect(await page.getByLabel('Starter').count()).toBe(0);
  expect(await page.getByLabel('Quantity').count()).toBe(0);
  await page.getByLabel('Promotion code').fill('nothing');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('This code is invalid.').waitFor();
  await page.getByLabel('Promotion code').fill('twenty');
  await page.getByRole('button', { name: 'Continue' }).click();
  await confirm(page);
  await page.getByText('Your plan was changed.').waitFor();
  expect((await current()).discounts).toMatchObject([{ promotion_code: code.id }]);
});

test('a change during a trial ends it or lets it go on, as the configuration says', async () => {
  await sandbox.stripe.subscriptions.cancel(subscription.id);
  subscription = await subscribe({ trial_period_days: 14 });
  const goesOn = await openPortal({ trial_update_behavior: 'continue_trial' });
  await choose(goesOn, 'Starter');
  await confirm(goesOn);
  await goesOn.getByText('Your plan was changed.').waitFor();
  expect(await current()).toMatchObject({ status: 'trialing', items: { data: [{ price: { id: starter.id } }] } });
  const ends = await openPortal({});
  await choose(ends, 'Team');
  await ends.getByText('$24.00', { exact: true }).waitFor();
  await confirm(ends);
  await ends.getByText('Your plan was changed.').waitFor();
  expect(await current()).toMatchObject({ status: 'active', items: { data: [{ price: { id: team.id } }] } });
});

test('the billing cycle starts anew if the configuration says so', async () => {
  await sandbox.advance(5 * 86_400);
  const page = await openPortal({ billing_cycle_anchor: 'now' });
  await choose(page, 'Starter');
  await confirm(page);
  await page.getByText('Your plan was changed.').waitFor();
  const { billing_cycle_anchor } = await current();
  expect(billing_cycle_anchor).toBeGreaterThan(subscription.billing_cycle_anchor + 4 * 86_400);
});

test('a confirmation flow shows one change with its quantity and coupon, and makes it', async () => {
  const coupon = await sandbox.stripe.coupons.create({ amount_off: 300, currency: 'usd', duration: 'once' });
  const page = await openPortal(
    {},
    {
      type: 'subscription_update_confirm',
      subscription_update_confirm: {
        subscription: subscription.id,
        items: [{ id: subscription.items.data[0]?.id as string, price: starter.id, quantity: 5 }],
        discounts: [{ coupon: coupon.id }],
      },
      after_completion: { type: 'portal_homepage' },
    },
  );
  await page.getByRole('heading', { level: 2, name: 'Confirm your change' }).waitFor();
  await page.getByText('$25.00 per month').waitFor();
  expect(await page.getByRole('link', { name: 'Back' }).count()).toBe(0);
  await confirm(page);
  await page.getByText('Your plan was changed.').waitFor();
  expect(await current()).toMatchObject({
    items: { data: [{ price: { id: starter.id }, quantity: 5 }] },
    discounts: [{ source: { coupon: coupon.id } }],
  });
});

test('those who want to leave may take an offer instead; a reason and a comment are kept of those who go', async () => {
  const coupon = await sandbox.stripe.coupons.create({ percent_off: 50, duration: 'repeating', duration_in_months: 3 });
  const flow: Flow = {
    type: 'subscription_cancel',
    subscription_cancel: {
      subscription: subscription.id,
      retention: { type: 'coupon_offer', coupon_offer: { coupon: coupon.id } },
    },
    after_completion: { type: 'redirect', redirect: { return_url: `${shop.url}/stayed` } },
  };
  const page = await openPortal({}, flow);
  await page.getByText('Stay, and get 50% off for 3 months.').waitFor();
  await page.getByRole('button', { name: 'Accept the offer' }).click();
  await page.waitForURL(`${shop.url}/stayed`);
  expect(await current()).toMatchObject({ cancel_at: null, discounts: [{ source: { coupon: coupon.id } }] });

  const { url } = await sandbox.stripe.billingPortal.sessions.create({ customer: customer.id });
  await page.goto(url);
  await page.getByRole('link', { name: 'Cancel plan' }).click();
  await page.getByLabel('Why do you cancel?').selectOption('unused');
  await page.getByLabel('Anything else?').fill('Our project ended.');
  await page.getByRole('button', { name: 'Cancel plan' }).click();
  await page.getByText('Your plan is canceled.').waitFor();
  expect((await current()).cancellation_details).toMatchObject({ feedback: 'unused', comment: 'Our project ended.' });
});

test('a change that the portal does not offer is refused when the flow is made', async () => {
  const other = await monthlyPrice(sandbox.stripe, 900);
  const [item] = subscription.items.data;
  const change = (items: { id: string; price?: string }[]) =>
    openPortal(
      {},
      {
        type: 'subscription_update_confirm',
        subscription_update_confirm: { subscription: subscription.id, items },
      },
    );
  await expect(change([{ id: item?.id as string, price: other.id }])).rejects.toThrow(
    'is not included in the portal configuration',
  );
  await expect(change([{ id: 'si_other', price: starter.id }])).rejects.toMatchObject({ code: 'resource_missing' });
});
