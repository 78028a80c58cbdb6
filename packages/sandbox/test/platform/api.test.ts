import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
});
afterAll(() => box.close());

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${box.url}${path}`, { headers: { authorization: 'Bearer sk_test_sandbox' }, ...init });

describe('keys', () => {
  const as = (authorization?: string) => call('/v1/account', { headers: authorization ? { authorization } : {} });

  test.each([
    ['none', undefined],
    ['a live one', `Bearer sk_${'live'}_123456789`],
    ['nonsense', 'Bearer hello'],
    ['an unknown scheme', 'Digest sk_test_x'],
  ])('%s is refused with 401 and no code', async (_, authorization) => {
    const response = await as(authorization);
    expect(response.status).toBe(401);
    const { error } = (await response.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ type: 'invalid_request_error' });
    expect(error).not.toHaveProperty('code');
    expect(JSON.stringify(error)).not.toContain(`sk_${'live'}_123456789`);
  });

  test('Bearer and Basic both carry a test key; a restricted key serves too', async () => {
    expect((await as('Bearer rk_test_restricted')).status).toBe(200);
    expect((await as(`Basic ${Buffer.from('sk_test_sandbox:').toString('base64')}`)).status).toBe(200);
  });

  test('a publishable key reads nothing secret', async () => {
    const response = await as('Bearer pk_test_page');
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ error: { code: 'secret_key_required' } });
  });

  test('only configured keys serve, if any are', async () => {
    const strict = await startTestSandbox({ keys: ['sk_test_configured'] });
    const status = async (key: string) =>
      (await fetch(`${strict.url}/v1/account`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect([await status('sk_test_configured'), await status('sk_test_other')]).toEqual([200, 401]);
    await strict.close();
  });
});

describe('answers', () => {
  test('an unknown route answers with an error object, so that the SDK throws', async () => {
    await expect(box.stripe.topups.list()).rejects.toMatchObject({
      statusCode: 404,
      type: 'StripeInvalidRequestError',
      message: expect.stringContaining('Unrecognized request URL (GET: /v1/topups)'),
    });
  });

  test('carry a request id, the version asked for and the date of the sandbox clock', async () => {
    await fetch(`${box.url}/_sandbox/clock`, { method: 'POST', body: JSON.stringify({ advance: 'P2D' }) });
    const before = box.now();
    const response = await call('/v1/account', {
      headers: { authorization: 'Bearer sk_test_sandbox', 'stripe-version': '2025-03-31.basil' },
    });
    expect(response.headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(response.headers.get('stripe-version')).toBe('2025-03-31.basil');
    const date = Date.parse(response.headers.get('date') ?? '') / 1000;
    expect(date).toBeGreaterThanOrEqual(before);
    expect(date).toBeLessThanOrEqual(box.now());
    expect(before - Date.now() / 1000).toBeGreaterThan(86_000 * 2);
  });

  test('may be read by a page of any origin', async () => {
    const preflight = await fetch(`${box.url}/v1/setup_intents/seti_x`, { method: 'OPTIONS' });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
    expect((await call('/v1/account')).headers.get('access-control-allow-origin')).toBe('*');
  });

  test('an error names its code, its documentation and its log', async () => {
    const response = await call('/v1/customers/cus_none');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: {
        code: 'resource_missing',
        doc_url: 'https://stripe.com/docs/error-codes/resource-missing',
        message: "No such customer: 'cus_none'",
        param: 'id',
        request_log_url: expect.stringContaining(response.headers.get('request-id') as string),
        type: 'invalid_request_error',
      },
    });
  });

  test.each([
    ['an unknown parameter with a hint', 'customers', 'emal=x', 'parameter_unknown', 'emal', 'Did you mean email?'],
    ['a nested unknown one', 'customers', 'address[street]=x', 'parameter_unknown', 'address[street]', 'street'],
    ['a missing one', 'products', '', 'parameter_missing', 'name', 'Missing required param: name.'],
    ['an empty one that cannot be unset', 'products', 'name=', 'parameter_invalid_empty', 'name', 'cannot be unset'],
    ['a word for a number', 'customers', 'balance=ten', 'parameter_invalid_integer', 'balance', 'Invalid integer: ten'],
    ['a hash for a string', 'customers', 'name[a]=b', undefined, 'name', 'Invalid string'],
    ['a string for a hash', 'customers', 'address=here', undefined, 'address', 'Invalid object'],
    [
      'a value that is not among the choices',
      'customers',
      'tax_exempt=maybe',
      undefined,
      'tax_exempt',
      'must be one of exempt, none, or reverse',
    ],
    [
      'metadata that is too long',
      'customers',
      `metadata[a]=${'x'.repeat(501)}`,
      undefined,
      'metadata[a]',
      '500 characters',
    ],
  ])('%s is refused', async (_, resource, body, code, param, message) => {
    const headers = { authorization: 'Bearer sk_test_sandbox', 'content-type': 'application/x-www-form-urlencoded' };
    const response = await call(`/v1/${resource}`, { method: 'POST', body, headers });
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code?: string; param: string; message: string } };
    expect(error.code).toBe(code);
    expect(error.param).toBe(param);
    expect(error.message).toContain(message);
  });
});

describe('customers', () => {
  test('updates merge metadata, clear what is emptied and say what was there before', async () => {
    const made = await box.stripe.customers.create({
      name: 'Alice',
      metadata: { keep: '1', drop: '2' },
      address: { line1: '1 Main St', country: 'DE' },
    });
    const changed = await box.stripe.customers.update(made.id, {
      metadata: { drop: '', add: '3' },
      address: '',
      name: 'Bob',
    });
    expect(changed).toMatchObject({ name: 'Bob', address: null, metadata: { keep: '1', add: '3' } });
    expect(changed.metadata).not.toHaveProperty('drop');
    const event = box.events('customer.updated').at(-1);
    expect(event?.data.previous_attributes).toMatchObject({ name: 'Alice', metadata: { drop: '2', add: null } });
    expect((await box.stripe.events.retrieve(event?.id as string)).data).toEqual(event?.data);
    expect((await box.stripe.customers.update(made.id, { metadata: '' })).metadata).toEqual({});
  });

  test('an update that changes nothing sends no event', async () => {
    const { id } = await box.stripe.customers.create({ name: 'Still' });
    const before = box.events('customer.updated').length;
    await box.stripe.customers.update(id, { name: 'Still' });
    expect(box.events('customer.updated')).toHaveLength(before);
  });

  test('a deleted one answers as deleted, is in no list and takes no update', async () => {
    const { id } = await box.stripe.customers.create({ email: 'gone@example.com' });
    expect(await box.stripe.customers.del(id)).toEqual(expect.objectContaining({ id, deleted: true }));
    expect(await box.stripe.customers.retrieve(id)).toMatchObject({ id, object: 'customer', deleted: true });
    expect((await box.stripe.customers.list({ email: 'gone@example.com' })).data).toEqual([]);
    await expect(box.stripe.customers.update(id, { name: 'Back' })).rejects.toMatchObject({ statusCode: 404 });
    expect(box.events('customer.deleted').at(-1)?.data.object).toMatchObject({ id, email: 'gone@example.com' });
  });

  test('tax ids, subscriptions and sources are there only when expanded', async () => {
    const made = await box.stripe.customers.create({ tax_id_data: [{ type: 'eu_vat', value: 'DE123456789' }] });
    expect(made).not.toHaveProperty('tax_ids');
    const shown = (await box.stripe.customers.retrieve(made.id, {
      expand: ['tax_ids', 'subscriptions'],
    })) as Stripe.Customer;
    expect(shown.tax_ids?.data).toMatchObject([{ type: 'eu_vat', country: 'DE' }]);
    expect(shown.subscriptions?.data).toEqual([]);
    const [taxId] = (await box.stripe.customers.listTaxIds(made.id)).data;
    await box.stripe.customers.deleteTaxId(made.id, taxId?.id as string);
    expect((await box.stripe.customers.listTaxIds(made.id)).data).toEqual([]);
  });
});

describe('lists', () => {
  test('are newest first, in pages that lead on and back', async () => {
    const listed = await startTestSandbox();
    const ids: string[] = [];
    for (let at = 0; at < 12; at++) ids.unshift((await listed.stripe.customers.create({ name: `c${at}` })).id);
    const { customers } = listed.stripe;
    const first = await customers.list();
    expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 10));
    expect(first.has_more).toBe(true);
    const second = await customers.list({ starting_after: ids[9] as string });
    expect([second.data.map(({ id }) => id), second.has_more]).toEqual([ids.slice(10), false]);
    const back = await customers.list({ ending_before: ids[5] as string, limit: 3 });
    expect([back.data.map(({ id }) => id), back.has_more]).toEqual([ids.slice(2, 5), true]);
    const all: string[] = [];
    for await (const { id } of customers.list({ limit: 5 })) all.push(id);
    expect(all).toEqual(ids);
    await listed.close();
  });

  test('filter by when things were created', async () => {
    await box.stripe.customers.create({ name: 'before' });
    await box.advance(100);
    const from = box.now();
    const { id } = await box.stripe.customers.create({ name: 'after' });
    expect((await box.stripe.customers.list({ created: { gte: from } })).data.map((each) => each.id)).toEqual([id]);
    expect((await box.stripe.customers.list({ created: { gt: from + 10 } })).data).toEqual([]);
  });

  test.each([
    [{ starting_after: 'cus_none' }, 'starting_after'],
    [{ ending_before: 'cus_none' }, 'ending_before'],
  ])('refuse %j', async (params, param) => {
    await expect(box.stripe.customers.list(params)).rejects.toMatchObject({ statusCode: 400, param });
  });
});

describe('bounds of lists', () => {
  let listed: TestSandbox;
  const ids: string[] = [];
  beforeAll(async () => {
    listed = await startTestSandbox();
    for (let at = 0; at < 102; at++) ids.unshift((await listed.stripe.customers.create({})).id);
  });
  afterAll(() => listed.close());

  test.each([
    [undefined, 10],
    [0, 1],
    [-5, 1],
    [1, 1],
    [100, 100],
    [1000, 100],
  ])('limit %j gives a page of %i', async (limit, size) => {
    const page = await listed.stripe.customers.list(limit === undefined ? {} : { limit });
    expect([page.data.length, page.has_more]).toEqual([size, true]);
  });

  test('a limit that is no number, and both cursors at once, are refused', async () => {
    await expect(listed.stripe.customers.list({ limit: 'ten' as unknown as number })).rejects.toMatchObject({
      statusCode: 400,
      code: 'parameter_invalid_integer',
      message: 'Invalid integer: ten',
    });
    const [first, second] = ids as [string, string];
    await expect(listed.stripe.customers.list({ starting_after: second, ending_before: first })).rejects.toMatchObject({
      statusCode: 400,
      message: 'Received both starting_after and ending_before parameters. Please pass in only one.',
    });
    await expect(
      listed.stripe.customers.list({ starting_after: 'cus_none', ending_before: first }),
    ).rejects.toMatchObject({ message: "No such customer: 'cus_none'", param: 'starting_after' });
  });

  test('a cursor serves on although what it names no longer fits the filter', async () => {
    const made = ['a', 'b', 'c'].map(() => listed.stripe.products.create({ name: 'p', active: true }));
    const products = await Promise.all(made);
    const first = await listed.stripe.products.list({ active: true, limit: 1 });
    const cursor = first.data[0]?.id as string;
    await listed.stripe.products.update(cursor, { active: false });
    const rest = await listed.stripe.products.list({ active: true, starting_after: cursor });
    expect(rest.data).toHaveLength(products.length - 1);
    expect(rest.data.map(({ id }) => id)).not.toContain(cursor);
    expect((await listed.stripe.products.list({ active: true, ending_before: cursor })).data).toEqual([]);
  });
});

describe('expand', () => {
  test('goes through lists and several levels, and no further than four', async () => {
    const product = await box.stripe.products.create({
      name: 'Deep',
      default_price_data: { currency: 'usd', unit_amount: 100 },
    });
    const { data } = await box.stripe.prices.list({
      product: product.id,
      expand: ['data.product.default_price.product'],
    });
    expect(data[0]?.product).toMatchObject({ default_price: { product: { name: 'Deep' } } });
    const path = 'data.product.default_price.product.default_price.product';
    await expect(box.stripe.prices.list({ expand: [path] })).rejects.toMatchObject({
      statusCode: 400,
      code: 'property_expansion_max_depth',
      message: `You cannot expand more than 4 levels of a property. Property: ${path}`,
    });
    // The data of a list counts: what is common on one object is too deep in a list.
    await expect(box.stripe.subscriptions.list({ expand: ['data.items.data.price.product'] })).rejects.toMatchObject({
      code: 'property_expansion_max_depth',
    });
  });

  test('of a list begins with data, and says so', async () => {
    await box.stripe.products.create({ name: 'Listed' });
    await expect(box.stripe.products.list({ expand: ['default_price'] })).rejects.toMatchObject({
      statusCode: 400,
      message:
        "This property cannot be expanded (default_price). You may want to try expanding 'data.default_price' instead.",
    });
    await expect(box.stripe.products.list({ expand: ['data.name'] })).rejects.toMatchObject({
      message: 'This property cannot be expanded (data.name).',
    });
    expect((await box.stripe.products.list({ expand: ['data'] })).data.length).toBeGreaterThan(0);
  });

  test('names the first part of a path that is not there', async () => {
    const { id } = await box.stripe.products.create({
      name: 'Nested',
      default_price_data: { currency: 'usd', unit_amount: 100 },
    });
    await expect(box.stripe.products.retrieve(id, { expand: ['default_price.shop.owner'] })).rejects.toMatchObject({
      message: 'This property cannot be expanded (default_price.shop).',
    });
  });

  test('refuses what cannot be expanded, and leaves nothing behind', async () => {
    const count = (await box.stripe.products.list({ limit: 100 })).data.length;
    await expect(box.stripe.products.create({ name: 'Never', expand: ['name'] })).rejects.toMatchObject({
      message: 'This property cannot be expanded (name).',
    });
    await expect(box.stripe.products.create({ name: 'Never', expand: ['nothing'] })).rejects.toBeInstanceOf(
      Stripe.errors.StripeInvalidRequestError,
    );
    expect((await box.stripe.products.list({ limit: 100 })).data).toHaveLength(count);
  });

  test('shows a deleted object as deleted', async () => {
    const customer = await box.stripe.customers.create({ name: 'Leaving' });
    const coupon = await box.stripe.coupons.create({ percent_off: 5, duration: 'once' });
    const code = await box.stripe.promotionCodes.create({
      promotion: { type: 'coupon', coupon: coupon.id },
      customer: customer.id,
    });
    await box.stripe.customers.del(customer.id);
    const shown = await box.stripe.promotionCodes.retrieve(code.id, { expand: ['customer'] });
    expect(shown.customer).toEqual({ id: customer.id, object: 'customer', deleted: true });
  });
});

describe('events', () => {
  test('are listed by type, types and time, and forgotten after 30 days', async () => {
    const made = await box.stripe.products.create({ name: 'Eventful' });
    await box.stripe.products.update(made.id, { name: 'More eventful' });
    const { data } = await box.stripe.events.list({ types: ['product.created', 'product.updated'], limit: 2 });
    expect(data.map(({ type }) => type)).toEqual(['product.updated', 'product.created']);
    expect((await box.stripe.events.list({ type: 'product.*', limit: 100 })).data.length).toBeGreaterThan(2);
    const event = data[0] as Stripe.Event;
    expect(await box.stripe.events.retrieve(event.id)).toMatchObject({ id: event.id, pending_webhooks: 0 });
    await box.advance(31 * 86_400);
    await expect(box.stripe.events.retrieve(event.id)).rejects.toMatchObject({ statusCode: 404 });
    expect((await box.stripe.events.list()).data).toEqual([]);
  });
});
