import { readFile } from 'node:fs/promises';
import { isEnumType, isInputObjectType, isInterfaceType, isIntrospectionType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { resolvers } from '../../src/resolvers/index.js';
import { buildGraphQLSchema } from '../../src/schema/build.js';
import { schemaText } from '../../src/schema/print.js';

const schema = buildGraphQLSchema(resolvers);
const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));

test('schema.graphql is what the code says (npm run schema)', async () => {
  const committed = await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8');
  expect(committed).toBe(schemaText(schema));
});

test('every type, field, argument and enum value has a description', () => {
  const bare: string[] = [];
  const look = (what: string, { description }: { description?: string | null | undefined }) => {
    if (!description?.trim()) bare.push(what);
  };
  const roots = ['Query', 'Mutation', 'Subscription'];
  const builtIn = ['String', 'Int', 'Float', 'Boolean', 'ID'];
  for (const type of types) {
    // GraphQL's own names for the three entrances say all there is to say.
    if (!roots.includes(type.name) && !builtIn.includes(type.name)) look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field);
        if ('args' in field) for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
  }
  expect(types.length).toBeGreaterThan(40);
  expect(bare).toEqual([]);
});

test('every enum that is answered has UNKNOWN for words that are newer', () => {
  const inputOnly = ['CheckoutUiMode', 'ChangeTiming', 'CancelFeedback', 'PortalFlow'];
  const answered = types.filter(isEnumType).filter((type) => !inputOnly.includes(type.name));
  expect(answered.length).toBeGreaterThan(15);
  expect(answered.filter((type) => !type.getValue('UNKNOWN')).map((type) => type.name)).toEqual([]);
});

test('no input takes card data', () => {
  const inputs = types.filter(isInputObjectType).flatMap((type) => Object.keys(type.getFields()));
  expect(inputs.length).toBeGreaterThan(10);
  expect(inputs.filter((name) => /card|cvc|cvv|pan$|number/i.test(name))).toEqual([]);
});
