import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

/** The schema as `schema.graphql` has it: sorted, so that the order of files changes nothing. */
export function schemaText(schema: GraphQLSchema): string {
  return `# Written by \`npm run schema\`; a test fails when it is not what the code says.\n${printSchema(lexicographicSortSchema(schema))}\n`;
}
