import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import * as operations from '../../packages/console/src/operations.js';

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));

describe("the console's operations", () => {
  it.each(Object.entries(operations).filter(([, text]) => !text.trimStart().startsWith('accountId')))(
    '%s fits the schema',
    (_, text) => {
      expect(validate(schema, parse(text)).map((error) => error.message)).toEqual([]);
    },
  );
});
