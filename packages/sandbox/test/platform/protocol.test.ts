import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
});
afterAll(() => box.close());

const FORM = 'application/x-www-form-urlencoded';

interface Answered {
  status: number;
  headers: Headers;
  error: { type: string; message: string; code?: string; param?: string };
}

async function send(method: string, path: string, body = '', headers: Record<string, string> = {}): Promise<Answered> {
  const response = await fetch(`${box.url}${path}`, {
    method,
    headers: { authorization: 'Bearer sk_test_sandbox', ...(body ? { 'content-type': FORM } : {}), ...headers },
    ...(body ? { body } : {}),
  });
  const { error } = (await response.json()) as { error: Answered['error'] };
  return { status: response.status, headers: response.headers, error };
}

describe('an unknown address', () => {
  test.each([
    ['GET', '/v1/nothing'],
    ['POST', '/v1/customers/cus_1/dance'],
    ['PUT', '/v1/customers/cus_1'],
    ['PATCH', '/v1/customers/cus_1'],
    ['DELETE', '/v1/prices/price_1'],
    ['GET', '/v1/webhook_endpoints/we_1/roll_secret'],
    ['POST', '/v2/billing/meter_event_session'],
  ])('%s %s answers 404 with an error that names it', async (method, path) => {
    const { status, error } = await send(method, path);
    expect(status).toBe(404);
    expect(error).toMatchObject({ type: 'invalid_request_error' });
    expect(error.message).toMatch(new RegExp(`^Unrecognized request URL \\(${method}: ${path}\\)\\.`));
    expect(error).not.toHaveProperty('code');
  });

  test('needs a key before it says anything', async () => {
    const response = await fetch(`${box.url}/v1/nothing`);
    expect(response.status).toBe(401);
  });
});

describe('a body', () => {
  test('of JSON is refused and told which type to send', async () => {
    const { status, error } = await send('POST', '/v1/customers', '{"name":"Alice"}', {
      'content-type': 'application/json',
    });
    expect(status).toBe(400);
    expect(error.message).toMatch(
      /^Invalid request \(check that your POST content type is application\/x-www-form-urlencoded\)\./,
    );
    expect(box.events('customer.created')).toEqual([]);
  });

  test('that is too large is refused before it is read as a form', async () => {
    const { status, error } = await send('POST', '/v1/customers', `description=${'x'.repeat(1024 * 1024)}`);
    expect([status, error.type]).toEqual([413, 'invalid_request_error']);
    expect(box.events('customer.created')).toEqual([]);
  });

  test('that is too large is refused also when its length was not announced', async () => {
    const response = await fetch(`${box.url}/v1/customers`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox', 'content-type': FORM },
      body: new Blob([`description=${'x'.repeat(1024 * 1024)}`]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(response.status).toBe(413);
    expect(box.events('customer.created')).toEqual([]);
  });

  test('may be spread over the address and the body', async () => {
    const made = await fetch(`${box.url}/v1/customers?name=Alice`, {
      method: 'POST',
      headers: { authorization: 'Bearer sk_test_sandbox', 'content-type': FORM },
      body: 'email=alice%40example.com',
    });
    expect(await made.json()).toMatchObject({ name: 'Alice', email: 'alice@example.com' });
  });
});

describe('parameters', () => {
  test.each([
    [
      'a misspelt one',
      '/v1/customers',
      'nmae=x',
      'parameter_unknown',
      'nmae',
      'Received unknown parameter: nmae. Did you mean name?',
    ],
    ['a far one', '/v1/customers', 'zzzzzz=x', 'parameter_unknown', 'zzzzzz', 'Received unknown parameter: zzzzzz'],
    [
      'several',
      '/v1/customers',
      'aaaa=1&bbbb=2',
      'parameter_unknown',
      'aaaa',
      'Received unknown parameters: aaaa, bbbb',
    ],
    [
      'a nested one',
      '/v1/prices',
      'recurring[intervall]=month&currency=usd',
      'parameter_unknown',
      'recurring[intervall]',
      'Received unknown parameter: recurring[intervall]. Did you mean recurring[interval]?',
    ],
    [
      'a missing one',
      '/v1/prices',
      'unit_amount=1',
      'parameter_missing',
      'currency',
      'Missing required param: currency.',
    ],
    [
      'a nested missing one',
      '/v1/prices',
      'currency=usd&recurring[interval_count]=1',
      'parameter_missing',
      'recurring[interval]',
      'Missing required param: recurring[interval].',
    ],
    [
      'a word for an integer',
      '/v1/customers',
      'balance=abc',
      'parameter_invalid_integer',
      'balance',
      'Invalid integer: abc',
    ],
    [
      'a fraction for an integer',
      '/v1/customers',
      'balance=1.5',
      'parameter_invalid_integer',
      'balance',
      'Invalid integer: 1.5',
    ],
    ['a word for a boolean', '/v1/products', 'name=x&active=maybe', undefined, 'active', 'Invalid boolean: maybe'],
    [
      'a list for a string',
      '/v1/customers',
      'name[]=a&name[]=b',
      undefined,
      'name',
      'Invalid string: {"0":"a","1":"b"}',
    ],
    ['a hash for a string', '/v1/customers', 'name[first]=a', undefined, 'name', 'Invalid string: {"first":"a"}'],
    ['a string for a list', '/v1/customers', 'preferred_locales=en', undefined, 'preferred_locales', 'Invalid array'],
    ['a string for a hash', '/v1/customers', 'address=Berlin', undefined, 'address', 'Invalid object'],
  ])('%s is refused as Stripe refuses it', async (_, path, body, code, param, message) => {
    const { status, error } = await send('POST', path, body);
    expect([status, error.code, error.param, error.message]).toEqual([400, code, param, message]);
  });

  test('of a GET are checked as well', async () => {
    expect((await send('GET', '/v1/customers?limmit=3')).error).toMatchObject({
      code: 'parameter_unknown',
      message: 'Received unknown parameter: limmit. Did you mean limit?',
    });
    expect((await send('GET', '/v1/customers?created[gte]=yesterday')).error).toMatchObject({
      param: 'created[gte]',
      message: 'Invalid integer: yesterday',
    });
  });
});

describe('headers', () => {
  test('a replay names the request that it repeats; a first answer does not', async () => {
    const headers = { 'idempotency-key': 'key-headers' };
    const first = await send('POST', '/v1/customers', 'name=Once', headers);
    expect(first.headers.get('request-id')).toMatch(/^req_\w{14}$/);
    expect(first.headers.get('idempotency-key')).toBe('key-headers');
    expect(first.headers.get('original-request')).toBeNull();
    expect(first.headers.get('idempotent-replayed')).toBeNull();
    const again = await send('POST', '/v1/customers', 'name=Once', headers);
    expect(again.headers.get('original-request')).toBe(first.headers.get('request-id'));
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('stripe-version')).toBe('2026-10-28.endive');
    expect(again.headers.get('content-type')).toBe('application/json');
  });

  test('an idempotency key has up to 255 characters', async () => {
    const longest = await send('POST', '/v1/customers', 'name=x', { 'idempotency-key': 'k'.repeat(255) });
    expect(longest.status).toBe(200);
    const longer = await send('POST', '/v1/customers', 'name=x', { 'idempotency-key': 'k'.repeat(256) });
    expect([longer.status, longer.error.type]).toEqual([400, 'idempotency_error']);
  });

  test('a key on a GET or a DELETE means nothing', async () => {
    const { id } = await box.stripe.customers.create({});
    const headers = { 'idempotency-key': 'key-delete' };
    expect((await send('GET', '/v1/customers', '', headers)).headers.get('idempotent-replayed')).toBeNull();
    expect((await send('DELETE', `/v1/customers/${id}`, '', headers)).status).toBe(200);
    expect((await send('DELETE', `/v1/customers/${id}`, '', headers)).status).toBe(404);
  });
});

describe('events', () => {
  test('are filtered by type, types, time and whether they were delivered', async () => {
    const from = box.now() + 100;
    await box.advance(100);
    const { id } = await box.stripe.products.create({ name: 'A' });
    await box.stripe.products.update(id, { name: 'B' });
    const list = async (params: object) => (await box.stripe.events.list(params)).data.map(({ type }) => type);
    expect(await list({ created: { gte: from } })).toEqual(['product.updated', 'product.created']);
    expect(await list({ created: { lt: from }, type: 'product.*' })).toEqual([]);
    expect(await list({ type: 'product.updated' })).toEqual(['product.updated']);
    expect(await list({ created: { gte: from }, types: ['product.created', 'price.created'] })).toEqual([
      'product.created',
    ]);
    expect(await list({ created: { gte: from }, delivery_success: true })).toHaveLength(2);
    expect(await list({ created: { gte: from }, delivery_success: false })).toEqual([]);
  });

  test('of one name or of several, not of both', async () => {
    const types = ['product.created'];
    await expect(box.stripe.events.list({ type: 'product.*', types })).rejects.toMatchObject({ statusCode: 400 });
    const many = Array.from({ length: 21 }, () => 'product.created');
    await expect(box.stripe.events.list({ types: many })).rejects.toMatchObject({ statusCode: 400, param: 'types' });
  });

  test('are there for 30 days and not a day more', async () => {
    await box.stripe.products.create({ name: 'Old' });
    const [event] = (await box.stripe.events.list({ limit: 1 })).data;
    await box.advance(30 * 86_400 - 60);
    expect((await box.stripe.events.retrieve(event?.id as string)).id).toBe(event?.id);
    await box.advance(120);
    await expect(box.stripe.events.retrieve(event?.id as string)).rejects.toMatchObject({ statusCode: 404 });
  });
});
