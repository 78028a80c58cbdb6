import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  graphql,
  isLeafType,
  isObjectType,
} from 'graphql';
import { beforeAll, expect, test, vi } from 'vitest';
import { compileRoot, Reader } from '../../src/db/reads/read.js';
import { createCompiledQueries } from '../../src/http/compiled-queries.js';
import { createDocuments } from '../../src/http/documents.js';
import type { RequestContext } from '../../src/resolvers/context.js';
import { resolvers } from '../../src/resolvers/index.js';
import { encodeCursor } from '../../src/resolvers/reads/cursor.js';
import { viewOf } from '../../src/resolvers/reads/graph.js';
import { createReads } from '../../src/resolvers/reads/loaders.js';
import { fullTree } from '../../src/resolvers/reads/read-tree.js';
import { buildGraphQLSchema } from '../../src/schema/build.js';
import { viewer } from '../support/command-settings.js';
import { createTestDatabase } from '../support/database.js';
import { fillReadWorld } from '../support/read-world.js';

const db = await createTestDatabase({ pool: 1 });
const reads = createReads(db);
const alice = viewer('user_alice');

// The same schema, but its root loads an account's own fields alone: every relation is left to the loaders.
const fast = buildGraphQLSchema(resolvers);
const slow = buildGraphQLSchema(resolvers);
const slowRoot = slow.getQueryType()?.getFields().billingAccount as GraphQLField<unknown, unknown>;
slowRoot.resolve = async () => {
  const statement = compileRoot('accountOfOwner', fullTree('BillingAccount'));
  const row = await new Reader(db).accountOfOwner(statement, alice.owner);
  return row && viewOf('BillingAccount', row);
};

let statements: string[] = [];

beforeAll(async () => {
  await fillReadWorld(db);
  await reads.catalogue.current();
  // Answers differ by what the clock shows, not by the path.
  vi.useFakeTimers({ toFake: ['Date'], now: 1_761_000_000_000 });
  (db.sql.options as { debug?: unknown }).debug = (_connection: number, text: string) => {
    statements.push(text);
  };
  return () => vi.useRealTimers();
});

async function runCompiled(source: string, variables: Record<string, unknown>) {
  const queries = createCompiledQueries(fast, createDocuments(fast, true));
  const context = { viewer: alice, db, loaders: reads.loaders(), config: { proof: { ttl: 3_600 } } };
  const ask = () => queries.answer({ query: source, variables }, context as unknown as RequestContext);
  // The first uses are left to the ordinary way.
  expect([await ask(), await ask()]).toEqual([null, null]);
  return ask();
}

async function run(schema: typeof fast, source: string, variableValues: Record<string, unknown>) {
  statements = [];
  const contextValue = { viewer: alice, db, loaders: reads.loaders(), config: { proof: { ttl: 3_600 } } };
  const answer = await graphql({ schema, source, variableValues, contextValue });
  return { answer: JSON.parse(JSON.stringify(answer)), statements };
}

test('whatever is selected, one statement answers what the loaders answer, compiled or not', async () => {
  const account = fast.getType('BillingAccount') as GraphQLObjectType;
  let [most, compared] = [0, 0];
  await fc.assert(
    fc.asyncProperty(selectionOf(account, 4), fc.boolean(), async (selection, shown) => {
      const query = queryOf(selection);
      const variables = { shown };
      const one = await run(fast, query, variables);
      const other = await run(slow, query, variables);
      expect(one.answer.errors).toBeUndefined();
      expect(one.answer).toEqual(other.answer);
      // To the letter: the order of the fields is the selection's.
      expect(await runCompiled(query, variables)).toBe(`${JSON.stringify(one.answer)}\n`);
      // Plans and prices that are not on offer any more are read beside it, and what eligibility looks at.
      const others = one.statements.filter((text) => !/from "stripe_(products|prices)"/.test(text));
      expect(others).toHaveLength(query.includes('eligibility') ? others.length : 1);
      expect(others.length).toBeLessThanOrEqual(2);
      most = Math.max(most, other.statements.length);
      compared++;
    }),
    { numRuns: 300 },
  );
  expect(compared).toBe(300);
  expect(most).toBeGreaterThan(5);
});

/** GraphQL refuses what is declared and not used. */
function queryOf(selection: string): string {
  const declared = ['$shown: Boolean!', '$size: Int = 2'].filter((each) =>
    selection.includes(each.split(':')[0] ?? ''),
  );
  const fragment = selection.includes('...Money') ? 'fragment Money on Money { currency decimal minorUnits }' : '';
  const variables = declared.length > 0 ? `(${declared.join(', ')})` : '';
  return `query ${variables} { billingAccount { ${selection} } } ${fragment}`;
}

const cursors = [
  encodeCursor([1_760_000_002, 'in_alice_4']),
  encodeCursor([1_760_000_003, 'sub_alice_new']),
  encodeCursor([1, 'il_in_alice_1_1']),
];

function argumentOf(arg: GraphQLArgument): fc.Arbitrary<string> {
  const given: Record<string, fc.Arbitrary<string>> = {
    first: fc.constantFrom('', 'first: 0', 'first: 1', 'first: 3', 'first: $size'),
    after: fc.constantFrom('', 'after: null', ...cursors.map((cursor) => `after: "${cursor}"`)),
    ended: fc.constantFrom('', 'ended: true', 'ended: false'),
    currency: fc.constantFrom('', 'currency: "JPY"', 'currency: "eur"'),
    key: fc.constantFrom('key: "seats"', 'key: "none"'),
    accountId: fc.constant(''),
  };
  const arbitrary = given[arg.name];
  if (!arbitrary) throw new Error(`The test does not know what to give for the argument ${arg.name}.`);
  return arbitrary;
}

function selectionOf(type: GraphQLObjectType, depth: number): fc.Arbitrary<string> {
  const fields = Object.values(type.getFields()).filter((field) => depth > 0 || isLeafType(getNamedType(field.type)));
  if (fields.length === 0) return fc.constant('__typename');
  const chosen = fc.array(fc.constantFrom(...fields), { minLength: 1, maxLength: depth > 2 ? 5 : 4 });
  return chosen.chain((picked) =>
    fc.tuple(...picked.map((field, i) => fieldOf(field, i, depth))).map((texts) => `__typename ${texts.join(' ')}`),
  );
}

function fieldOf(field: GraphQLField<unknown, unknown>, index: number, depth: number): fc.Arbitrary<string> {
  const type = getNamedType(field.type);
  const nested =
    type.name === 'Money'
      ? fc.constantFrom('{ ...Money }', '{ decimal }')
      : isObjectType(type)
        ? selectionOf(type, depth - 1).map((text) => `{ ${text} }`)
        : fc.constant('');
  const args = fc.tuple(...field.args.map(argumentOf)).map((texts) => {
    const given = texts.filter(Boolean).join(' ');
    return given ? `(${given})` : '';
  });
  const directive = fc.constantFrom('', '', '', ' @include(if: $shown)', ' @skip(if: $shown)');
  return fc.tuple(args, nested, directive, fc.boolean()).map(([given, below, rule, inFragment]) => {
    const text = `f${index}_${field.name}: ${field.name}${given}${rule} ${below}`;
    return inFragment ? `... { ${text} }` : text;
  });
}
