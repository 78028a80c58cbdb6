import type { Page } from 'playwright-core';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { createStripe } from '../../src/stripe/client.js';
import { useBrowser } from '../support/browser.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';
import { watchStatus } from '../support/status-watch.js';

const db = await createTestDatabase();
const gateway = await startGateway(db);
const browser = useBrowser();
const { sdk, close } = createStripe({ secretKey: 'sk_test_gateway', apiBase: gateway.sandbox.url });

const watches: ReturnType<typeof watchStatus>[] = [];
afterEach(async () => void (await Promise.all(watches.splice(0).map((watch) => watch.close()))));
afterAll(close);

async function pay(page: Page, number: string): Promise<void> {
  await page.getByLabel('Email').fill('alice@example.com');
  await page.getByLabel('Card number').fill(number);
  await page.getByLabel('Expiration').fill('12 / 40');
  await page.getByLabel('Security code').fill('123');
  await page.getByLabel('Name on card').fill('user_alice');
  await page.getByRole('button', { name: 'Subscribe' }).click();
}

async function advance(duration: string): Promise<void> {
  const answer = await fetch(`${gateway.sandbox.url}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: duration }),
  });
  expect(answer.status).toBe(200);
}

const stateOn = (page: Page, state: string) => page.locator('[data-testid=access-state]', { hasText: state });

describe('one buys, one watches', () => {
  it('from the first look to a failed renewal, recovery, cancellation and keep', async () => {
    const token = await gateway.token({ user: 'user_alice' });
    const phone = watchStatus(gateway.url, token);
    watches.push(phone);
    expect(await phone.until('the first status', () => true)).toMatchObject({
      version: 1,
      access: { allowed: false, state: 'NONE', reason: 'NO_SUBSCRIPTION' },
    });

    // Two pages of the console: one buys, the other is never touched.
    const [buyer, onlooker] = [await browser.newPage(), await browser.newPage()];
    await Promise.all([buyer.goto(gateway.url), onlooker.goto(gateway.url)]);
    await stateOn(onlooker, 'NONE').waitFor();
    await buyer.getByTestId('plan-starter').getByRole('button', { name: 'Buy' }).click();
    await buyer.waitForURL(`${gateway.sandbox.url}/**`);

    await pay(buyer, '4000000000000002');
    await buyer
      .getByText(/declined/i)
      .first()
      .waitFor();
    await pay(buyer, '4242424242424242');
    await buyer.waitForURL(`${gateway.url}/**`);
    const bought = await phone.until('access', ({ access }) => access.state === 'FULL');
    expect(bought).toMatchObject({ access: { allowed: true, reason: null }, openInvoice: null });
    expect(bought.subscriptions).toMatchObject([{ status: 'ACTIVE', endsAt: null, plan: { key: 'starter' } }]);
    await Promise.all([stateOn(buyer, 'FULL').waitFor(), stateOn(onlooker, 'FULL').waitFor()]);

    // The card fails at the renewal.
    const id = bought.subscriptions[0]?.id ?? '';
    const { customer } = await sdk.subscriptions.retrieve(id);
    const failing = await sdk.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: String(customer) });
    await sdk.subscriptions.update(id, { default_payment_method: failing.id });
    await gateway.settled();
    await advance('P1M');
    await advance('PT2H');
    // Subscription and invoice come as events of their own, in any order.
    const failed = await phone.until('grace', ({ access, openInvoice }) => access.state === 'GRACE' && !!openInvoice);
    expect(failed).toMatchObject({ access: { allowed: true, reason: 'PAYMENT_FAILED' } });
    expect(failed.access.graceEndsAt).not.toBeNull();
    expect(failed.notices.map(({ kind }) => kind)).toContain('PAYMENT_FAILED');
    await stateOn(onlooker, 'GRACE').waitFor();

    // Another card pays it.
    const good = await sdk.paymentMethods.attach('pm_card_visa', { customer: String(customer) });
    await sdk.subscriptions.update(id, { default_payment_method: good.id });
    await sdk.invoices.pay(failed.openInvoice?.id ?? '', { payment_method: good.id });
    const recovered = await phone.until(
      'recovery',
      ({ access, openInvoice }) => access.state === 'FULL' && !openInvoice,
    );
    expect(recovered).toMatchObject({ access: { allowed: true }, subscriptions: [{ status: 'ACTIVE' }] });

    // Cancelled on the page, kept again: access goes on.
    await onlooker.getByRole('button', { name: 'Cancel at period end' }).click();
    const leaving = await phone.until('the cancellation', ({ subscriptions }) => subscriptions[0]?.endsAt != null);
    expect(leaving).toMatchObject({ cause: 'CANCELLATION_SCHEDULED', access: { state: 'FULL' } });
    await onlooker.getByRole('button', { name: 'Keep it' }).click();
    const kept = await phone.until('the keeping', ({ subscriptions }) => subscriptions[0]?.endsAt === null);
    expect(kept).toMatchObject({ cause: 'CANCELLATION_WITHDRAWN', access: { state: 'FULL' } });

    // Nothing was skipped back or seen twice, and the mirror is what Stripe has.
    const versions = phone.seen.map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect((await sdk.subscriptions.retrieve(id)).status).toBe('active');
    expect((await sdk.customers.list()).data).toHaveLength(1);
  }, 90_000);
});

describe('a card that fails and stays failed', () => {
  it('restricts access by rule when the grace period is over, by the due-time sweep alone', async () => {
    const token = await gateway.token({ user: 'user_bob' });
    const start = await gateway.graphql(
      `mutation { subscriptionStart(input: { planKey: "starter", interval: MONTH }) {
        subscription { id } nextAction { kind intentId } userErrors { code message } } }`,
      {},
      token,
    );
    const { subscription, nextAction, userErrors } = start.json.data.subscriptionStart;
    expect(userErrors).toEqual([]);
    const phone = watchStatus(gateway.url, token);
    watches.push(phone);
    await phone.until('the unpaid start', ({ subscriptions }) => subscriptions[0]?.status === 'INCOMPLETE');
    await sdk.paymentIntents.confirm(nextAction.intentId, { payment_method: 'pm_card_visa' });
    await phone.until('access', ({ access }) => access.state === 'FULL');

    const { customer } = await sdk.subscriptions.retrieve(subscription.id);
    const failing = await sdk.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: String(customer) });
    await sdk.subscriptions.update(subscription.id, { default_payment_method: failing.id });
    await gateway.settled();
    await advance('P1M');
    await advance('PT2H');
    await phone.until('grace', ({ access }) => access.state === 'GRACE');
    await advance('P8D');
    const blocked = await phone.until('the end of grace', ({ access }) => access.state === 'BLOCKED');
    expect(blocked.access.allowed).toBe(false);
  }, 60_000);
});
