import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let box: TestSandbox;
beforeAll(async () => {
  box = await startTestSandbox();
  const { customers } = box.stripe;
  await customers.create({ name: 'Alice Example', email: 'alice@example.com', metadata: { team: 'red', seats: '3' } });
  await customers.create({
    name: 'Bob "B" Example',
    email: 'bob@example.com',
    phone: '+4930123',
    metadata: { team: 'blue' },
  });
  await customers.create({ name: 'Carol', email: 'carol@example.org' });
});
afterAll(() => box.close());

const names = async (query: string) =>
  (await box.stripe.customers.search({ query })).data.map(({ name }) => name?.split(' ')[0]);

describe('a query', () => {
  test.each([
    ['email:"alice@example.com"', ['Alice']],
    ["email:'ALICE@example.com'", ['Alice']],
    ['name~"example"', ['Bob', 'Alice']],
    ['name:"example"', []],
    ['email~"example" -name~"example"', ['Carol']],
    ['metadata["team"]:"red"', ['Alice']],
    ["metadata['team']:'red' OR metadata['team']:'blue'", ['Bob', 'Alice']],
    ['metadata["team"]:null', ['Carol']],
    ['-metadata["team"]:null', ['Bob', 'Alice']],
    ['phone:null', ['Carol', 'Alice']],
    ['email~"example.com" AND metadata["seats"]:"3"', ['Alice']],
    ['email~"example.com" and -email~"alice"', ['Bob']],
    ['name:"Bob \\"B\\" Example"', ['Bob']],
    ['created>1000 AND created<"99999999999"', ['Carol', 'Bob', 'Alice']],
    ['created=1', []],
  ])('%s', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  test.each([
    ['', undefined, /You passed an empty string for 'query'/],
    ['asdf', 'query', /^We were unable to parse your search query\. Try using the format/],
    ['email:alice', 'query', /^We were unable to parse/],
    ['(email:"a")', 'query', /^We were unable to parse/],
    ['email:"a" AND', 'query', /^We were unable to parse/],
    ['foo:"bar"', 'query', /^Field `foo` is an unsupported search field for resource `customers`\. See http/],
    ['metadata:"x"', 'query', /^Field `metadata` is an unsupported search field/],
    ['email:"a" AND name:"b" OR name:"c"', 'query', /AND and OR/],
    ['email>"a"', 'query', /does not support/],
    ['metadata["team"]~"red"', 'query', /does not support/],
    ['email~"ab"', 'query', /at least 3 characters/],
    ['created:"today"', 'query', /is a number/],
    [Array.from({ length: 11 }, () => 'email:"a"').join(' '), 'query', /up to 10 clauses/],
  ])('%j is refused', async (query, param, message) => {
    const refused = await box.stripe.customers.search({ query }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ statusCode: 400, message: expect.stringMatching(message) });
    if (param) expect(refused).toMatchObject({ param });
  });

  test('is needed', async () => {
    await expect(box.stripe.customers.search({} as { query: string })).rejects.toMatchObject({
      code: 'parameter_missing',
      param: 'query',
    });
  });
});

describe('pages of a search', () => {
  test('lead on by next_page, newest first, and count only when asked', async () => {
    const query = 'email~"example"';
    const first = await box.stripe.customers.search({ query, limit: 2, expand: ['total_count'] });
    expect(first).toMatchObject({
      object: 'search_result',
      has_more: true,
      total_count: 3,
      url: '/v1/customers/search',
    });
    expect(first.data.map(({ name }) => name)).toEqual(['Carol', 'Bob "B" Example']);
    const second = await box.stripe.customers.search({ query, limit: 2, page: first.next_page as string });
    expect(second).toMatchObject({ has_more: false, next_page: null });
    expect(second.data.map(({ name }) => name)).toEqual(['Alice Example']);
    expect(second).not.toHaveProperty('total_count');
    const all: string[] = [];
    for await (const { id } of box.stripe.customers.search({ query, limit: 1 })) all.push(id);
    expect(new Set(all).size).toBe(3);
    await expect(box.stripe.customers.search({ query, page: 'nonsense' })).rejects.toMatchObject({ param: 'page' });
  });

  test('expand what they found', async () => {
    const { id: product } = await box.stripe.products.create({ name: 'Searched for' });
    await box.stripe.prices.create({ product, currency: 'usd', unit_amount: 1, lookup_key: 'searched_for' });
    const { data } = await box.stripe.prices.search({ query: 'lookup_key:"searched_for"', expand: ['data.product'] });
    expect(data[0]?.product).toMatchObject({ id: product, name: 'Searched for' });
  });
});

test('every resource that Stripe searches is searched, by its own fields', async () => {
  const customer = await customerWithCard(box.stripe);
  const price = await monthlyPrice(box.stripe, 4200, { lookup_key: 'team_monthly', name: 'Searchable' });
  const subscription = await box.stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    metadata: { account: 'org_acme' },
  });
  const { stripe } = box;
  const found = await Promise.all([
    stripe.subscriptions.search({ query: 'metadata["account"]:"org_acme" AND status:"active"' }),
    stripe.invoices.search({ query: `subscription:"${subscription.id}" total>=4200 status:"paid"` }),
    stripe.prices.search({ query: 'active:"true" lookup_key:"team_monthly" type:"recurring"' }),
    stripe.products.search({ query: 'name~"searchab" AND active:"true"' }),
    stripe.paymentIntents.search({ query: `customer:"${customer.id}" AND amount>4000 -currency:"eur"` }),
    stripe.charges.search({ query: 'payment_method_details.card.last4:4242 AND refunded:"false"' }),
  ]);
  expect(found.map(({ data }) => data.length)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(found[0]?.data[0]?.id).toBe(subscription.id);
  await stripe.subscriptions.cancel(subscription.id);
  const query = 'metadata["account"]:"org_acme" AND -status:"canceled"';
  expect((await stripe.subscriptions.search({ query })).data).toEqual([]);
  expect((await stripe.subscriptions.search({ query: '-canceled_at:null' })).data).toHaveLength(1);
});
