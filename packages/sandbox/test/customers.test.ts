import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../src/index.js';

let sandbox: Sandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startSandbox();
  stripe = new Stripe('sk_test_123', { host: '127.0.0.1', port: sandbox.port, protocol: 'http', maxNetworkRetries: 0 });
});
afterAll(() => sandbox.close());

test('a customer is created, retrieved and listed by email', async () => {
  const created = await stripe.customers.create({
    email: 'alice@example.com',
    metadata: { tollgate_owner: 'user:user_alice' },
  });
  expect(created.id).toMatch(/^cus_\w{14}$/);
  expect(await stripe.customers.retrieve(created.id)).toMatchObject({ email: 'alice@example.com' });
  const page = await stripe.customers.list({ email: 'alice@example.com' });
  expect(page.data.map((customer) => customer.id)).toEqual([created.id]);
});

test('an unknown parameter and an unknown object are refused as Stripe does', async () => {
  await expect(stripe.customers.create({ emial: 'x' } as Stripe.CustomerCreateParams)).rejects.toMatchObject({
    statusCode: 400,
    code: 'parameter_unknown',
    param: 'emial',
  });
  await expect(stripe.customers.retrieve('cus_nobody')).rejects.toMatchObject({
    statusCode: 404,
    code: 'resource_missing',
  });
  await expect(stripe.customers.list({ starting_after: 'cus_nobody' })).rejects.toMatchObject({
    param: 'starting_after',
  });
});
