import { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import type { ObjectType, Projector, StripeObject } from '../../src/mirror/projector.js';
import { allProjectors } from '../../src/mirror/projectors/index.js';
import { plain, sameState, storedForm } from '../../src/mirror/stored-form.js';

const of = (type: ObjectType): Projector => {
  const found = allProjectors().get(type);
  if (!found) throw new Error(type);
  return found;
};
const object = (value: Record<string, unknown>) => value as unknown as StripeObject;

describe('plain', () => {
  test("the SDK's decimals become text, as in events", () => {
    const value = object({ id: 'price_1', object: 'price', unit_amount_decimal: Stripe.Decimal.from('0.50') });
    expect(plain(value)).toEqual({ id: 'price_1', object: 'price', unit_amount_decimal: '0.5' });
  });

  test('what PostgreSQL cannot store in jsonb is replaced', () => {
    const value = object({ id: 'cus_1', object: 'customer', name: 'a\0b\ud800c😀' });
    expect(plain(value)).toMatchObject({ name: 'a\ufffdb\ufffdc😀' });
  });

  test('a key named __proto__ changes no prototype', () => {
    const hostile = JSON.parse('{"id":"cus_1","object":"customer","metadata":{"__proto__":{"polluted":true}}}');
    const stored = storedForm(of('customer'), plain(hostile), null) as { metadata: Record<string, unknown> };
    expect(stored.metadata.polluted).toBeUndefined();
    expect(Object.getPrototypeOf(stored.metadata)).toBe(Object.prototype);
  });
});

describe('storedForm', () => {
  const subscription = object({
    id: 'sub_1',
    object: 'subscription',
    customer: { id: 'cus_1', object: 'customer', name: 'Alice' },
    latest_invoice: { id: 'in_1', object: 'invoice', confirmation_secret: { client_secret: 'pi_1_secret_x' } },
    pending_setup_intent: { id: 'seti_1', object: 'setup_intent', client_secret: 'seti_1_secret_x' },
    items: {
      object: 'list',
      url: '/v1/subscription_items?subscription=sub_1',
      total_count: 1,
      has_more: false,
      data: [{ id: 'si_1', object: 'subscription_item', price: { id: 'price_1', object: 'price' }, quantity: 2 }],
    },
  });

  test('embedded foreign objects become ids, own parts stay', () => {
    expect(storedForm(of('subscription'), subscription, null)).toEqual({
      id: 'sub_1',
      object: 'subscription',
      customer: 'cus_1',
      latest_invoice: 'in_1',
      pending_setup_intent: 'seti_1',
      items: {
        object: 'list',
        has_more: false,
        data: [{ id: 'si_1', object: 'subscription_item', price: 'price_1', quantity: 2 }],
      },
    });
  });

  test.each([
    ['checkout.session', { client_secret: 'cs_secret_x', url: 'https://checkout.stripe.com/c/pay/x', status: 'open' }],
    ['invoice', { confirmation_secret: { client_secret: 'pi_secret_x', type: 'payment_intent' }, status: 'open' }],
    ['customer', { sources: { object: 'list', data: [] }, status: 'open' }],
    ['payment_method', { card: { client_secret: 'deep', brand: 'visa' }, status: 'open' }],
  ] as const)('%s: secrets are never stored', (type, parts) => {
    const stored = storedForm(of(type), object({ id: 'x_1', object: type, ...parts }), null);
    expect(JSON.stringify(stored)).not.toMatch(/secret|https|sources|deep/);
    expect(stored.status).toBe('open');
  });

  test('absent is not empty: optional parts keep what is stored, others do not', () => {
    const stored = { tax_ids: { object: 'list', data: [1] }, phone: '+1' };
    const kept = storedForm(of('customer'), object({ id: 'cus_1', object: 'customer' }), stored);
    expect(kept.tax_ids).toEqual(stored.tax_ids);
    expect(kept.phone).toBeUndefined();
    const emptied = object({ id: 'cus_1', object: 'customer', tax_ids: { object: 'list', data: [] } });
    expect(storedForm(of('customer'), emptied, stored).tax_ids).toEqual({ object: 'list', data: [] });
  });
});

test('states that differ only in parts that change without an event are the same', () => {
  const invoice = of('invoice');
  expect(
    sameState(invoice, { id: 'in_1', webhooks_delivered_at: 1 }, { webhooks_delivered_at: null, id: 'in_1' }),
  ).toBe(true);
  expect(sameState(invoice, { id: 'in_1', status: 'open' }, { id: 'in_1', status: 'paid' })).toBe(false);
  expect(sameState(invoice, null, { id: 'in_1' })).toBe(false);
});
