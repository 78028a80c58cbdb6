import { writeFile } from 'node:fs/promises';
import { resolvers } from '../src/resolvers/index.js';
import { buildGraphQLSchema } from '../src/schema/build.js';
import { schemaText } from '../src/schema/print.js';

await writeFile(new URL('../schema.graphql', import.meta.url), schemaText(buildGraphQLSchema(resolvers)));
