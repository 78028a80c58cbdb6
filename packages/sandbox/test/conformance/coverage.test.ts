import { expect, test } from 'vitest';
import { RESOURCES } from '../../src/resources/index.js';
import { cachedSchemas } from './cached-schemas.js';
import { coverageTable } from './coverage.js';

const served = RESOURCES.flatMap(({ routes = [] }) => routes);

test('COVERAGE.md says what is offered (write it anew with `vitest run coverage -u`)', async () => {
  await expect(coverageTable(cachedSchemas(), served)).toMatchFileSnapshot('../../COVERAGE.md');
});

/** What Stripe.js and the mobile SDKs call and the SDK for servers does not. */
const FOR_CLIENTS = ['POST /v1/confirmation_tokens', 'GET /v1/elements/sessions'];

test('every route that is offered is one of Stripe, once', () => {
  const known = new Set(cachedSchemas().routes.map(({ method, path }) => `${method} ${path.replace(/\{\w+\}/g, ':')}`));
  const offered = served.map(({ method, path }) => `${method} ${path.replace(/:\w+/g, ':')}`);
  expect(offered.filter((each) => !known.has(each)).sort()).toEqual([...FOR_CLIENTS].sort());
  expect(offered.filter((each, at) => offered.indexOf(each) !== at)).toEqual([]);
});
