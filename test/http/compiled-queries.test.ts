import { beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../packages/sandbox/src/index.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';
import { postJson } from '../support/http.js';
import { fillReadWorld } from '../support/read-world.js';

const db = await createTestDatabase();
const sandbox = await startSandbox({ seed: false });
const gateway = await startGateway(db, { sandbox, env: { CATALOGUE_REFRESH: 'P1D' } });
await fillReadWorld(db);
gateway.app.bus.publishCatalogue();
const alice = await gateway.token({ user: 'user_alice' });
const bob = await gateway.token({ user: 'user_bob' });

beforeAll(() => () => sandbox.close());

/** The answers to one request made again and again, as far as they should not differ. */
async function five(body: unknown, token = alice, headers: Record<string, string> = {}) {
  const answers = [];
  for (let i = 0; i < 5; i++) {
    const answer = await postJson(`${gateway.url}/graphql`, body, { authorization: `Bearer ${token}`, ...headers });
    answers.push({ status: answer.status, type: answer.headers['content-type'], text: answer.text });
  }
  return answers;
}

describe('the fifth answer is the first', () => {
  const page = 'query Page($first: Int = 2) { billingAccount { invoices(first: $first) { nodes { id } } } }';
  test.each<[string, unknown]>([
    ['a query', { query: '{ billingAccount { id owner { kind } } plans { key } }' }],
    ['variables', { query: page, variables: { first: 1 } }],
    ['a default', { query: page, operationName: 'Page' }],
    ['null for what has a default', { query: page, variables: { first: null } }],
    ['a variable of the wrong type', { query: page, variables: { first: 'x' } }],
    ['variables that are none', { query: page, variables: [1] }],
    [
      'one of several operations',
      { query: 'query A { plans { key } } query B { plan(key: "team") { key } }', operationName: 'B' },
    ],
    ['several operations and no name', { query: 'query A { plans { key } } query B { plan(key: "team") { key } }' }],
    ['a name that no operation has', { query: '{ plans { key } }', operationName: 'C' }],
    ['a name that is none', { query: '{ plans { key } }', operationName: 5 }],
    ['what does not parse', { query: '{ plans {' }],
    ['what is not valid', { query: '{ plans { nothing } }' }],
    ['no query', { variables: {} }],
    ['an error of a resolver', { query: '{ billingAccount(id: "x") { id } plans { key } }' }],
    ['introspection', { query: '{ __schema { queryType { name } } __type(name: "Plan") { name } __typename }' }],
    [
      'fragments and directives',
      {
        query:
          'query ($no: Boolean = false) { node(id: "in_alice_1") { __typename ...I @include(if: $no) ... on Invoice @skip(if: $no) { number } } } fragment I on Invoice { id }',
      },
    ],
    [
      'names that mean something to the language',
      {
        query:
          '{ __proto__: plans { constructor: key toString: name hasOwnProperty: rank } prototype: plan(key: "\\"; throw 1; //`") { key } }',
      },
    ],
  ])('%s', async (_, body) => {
    const answers = await five(body);
    expect(answers[0]?.text).toMatch(/^\{.+\}\n?$/);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});

test('what was compiled for one viewer shows another what is theirs', async () => {
  const body = { query: '{ billingAccount { owner { id } } node(id: "in_alice_1") { id } }' };
  await five(body, alice);
  const [theirs] = await five(body, bob);
  expect(JSON.parse(theirs?.text ?? '')).toEqual({
    data: { billingAccount: { owner: { id: 'user_bob' } }, node: null },
  });
});

test('the newer media type is answered where it is asked for', async () => {
  const answers = await five({ query: '{ plans { key } }' }, alice, { accept: 'application/graphql-response+json' });
  for (const { status, type } of answers)
    expect([status, type]).toEqual([200, 'application/graphql-response+json; charset=utf-8']);
});

test('a mutation is never answered twice for one request', async () => {
  const query = 'mutation { subscriptionCancel(id: "sub_nobody", input: {}) { userErrors { code } } }';
  for (const { text } of await five({ query })) {
    expect(JSON.parse(text).data.subscriptionCancel.userErrors).toEqual([{ code: 'NOT_FOUND' }]);
  }
});
