import { readFile } from 'node:fs/promises';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { notYetBuilt } from './not-yet-built.js';

const load = async (path: string) => buildSchema(await readFile(new URL(path, import.meta.url), 'utf8'));

test('the emitted schema keeps the contract: additions only, but for what is listed as not built yet', async () => {
  const changes = await diff(await load('contract.graphql'), await load('../../schema.graphql'));
  const taken = changes.filter(
    ({ type, criticality }) =>
      criticality.level === CriticalityLevel.Breaking ||
      // What inspector calls dangerous is a changed default as well as an added value; only the second is an addition.
      (criticality.level === CriticalityLevel.Dangerous && !type.endsWith('_ADDED')),
  );
  const removed = taken.filter(({ type }) => type.endsWith('_REMOVED')).map(({ path }) => path ?? '');
  expect(taken.filter(({ type }) => !type.endsWith('_REMOVED')).map(({ message }) => message)).toEqual([]);
  expect(removed.sort()).toEqual([...notYetBuilt].sort());
});
