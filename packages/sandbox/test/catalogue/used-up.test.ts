import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
let price: Stripe.Price;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
  price = await monthlyPrice(stripe, 2000);
});
afterAll(() => sandbox.close());

const codeOf = (coupon: string, more: Partial<Stripe.PromotionCodeCreateParams> = {}) =>
  stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon }, ...more });
const isActive = async ({ id }: Stripe.PromotionCode) => (await stripe.promotionCodes.retrieve(id)).active;
async function subscribe(discount: { coupon?: string; promotion_code?: string }) {
  const customer = await customerWithCard(stripe);
  return stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    discounts: [discount],
    expand: ['latest_invoice'],
  });
}

test('a code that was used as often as it may be is no longer active, and its word is free for another', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever' });
  const code = await codeOf(coupon.id, { code: 'LAUNCH', max_redemptions: 1 });
  await subscribe({ promotion_code: code.id });
  expect(await isActive(code)).toBe(false);
  expect(sandbox.events('promotion_code.updated').at(-1)?.data).toMatchObject({
    object: { id: code.id },
    previous_attributes: { active: true },
  });
  await expect(stripe.promotionCodes.update(code.id, { active: true })).rejects.toMatchObject({ param: 'active' });
  expect((await stripe.coupons.retrieve(coupon.id)).valid).toBe(true);
  expect((await codeOf(coupon.id, { code: 'launch' })).active).toBe(true);
});

test('a coupon that is used up is not valid, nor are its codes; who has it keeps it', async () => {
  const coupon = await stripe.coupons.create({ percent_off: 50, duration: 'forever', max_redemptions: 1 });
  const code = await codeOf(coupon.id);
  const { id, items } = await subscribe({ coupon: coupon.id });
  expect(await stripe.coupons.retrieve(coupon.id)).toMatchObject({ times_redeemed: 1, valid: false });
  expect(await isActive(code)).toBe(false);
  const refusal = { code: 'coupon_expired' };
  await expect(subscribe({ coupon: coupon.id })).rejects.toMatchObject(refusal);
  await expect(codeOf(coupon.id)).rejects.toMatchObject(refusal);
  await sandbox.advance((items.data[0]?.current_period_end as number) - sandbox.now() + 7200);
  const { data } = await stripe.invoices.list({ subscription: id });
  expect(data.map(({ total }) => total)).toEqual([1000, 1000]);
});

test('codes go with their coupon when its time is over or it is deleted', async () => {
  const timed = await stripe.coupons.create({ percent_off: 10, redeem_by: sandbox.now() + 3600 });
  const deleted = await stripe.coupons.create({ percent_off: 10 });
  const codes = [await codeOf(timed.id), await codeOf(deleted.id)];
  await sandbox.advance(3601);
  await stripe.coupons.del(deleted.id);
  expect((await stripe.coupons.retrieve(timed.id)).valid).toBe(false);
  expect(await Promise.all(codes.map(isActive))).toEqual([false, false]);
});
