import type { JsonSchema } from './stripe-schemas.js';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

export const mapValues = <A, B>(record: Record<string, A>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** The same schema where nothing has to be there. */
export function withoutRequired(schema: unknown): JsonSchema {
  if (Array.isArray(schema)) return schema.map(withoutRequired) as unknown as JsonSchema;
  if (!isObject(schema)) return schema as JsonSchema;
  const { required, ...rest } = schema;
  return mapValues(Array.isArray(required) ? rest : schema, withoutRequired);
}

/** The same schema for application/x-www-form-urlencoded, where every scalar is a string on the wire. */
export function asForm(schema: unknown): JsonSchema {
  if (!isObject(schema) || schema.$ref) return schema as JsonSchema;
  if (Array.isArray(schema.enum)) return { enum: schema.enum.map((v) => (v === null ? '' : String(v))) };
  if (Array.isArray(schema.anyOf)) return { anyOf: schema.anyOf.map(asForm) };
  switch (schema.type) {
    case 'null':
      return { enum: [''] };
    case 'boolean':
      return { enum: ['true', 'false'] };
    case 'integer':
      return { type: 'string', pattern: '^-?\\d+$' };
    case 'number':
      return { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' };
    case 'array':
      return { type: 'array', items: asForm(schema.items) };
    case 'object':
      return {
        ...schema,
        ...(isObject(schema.properties) && { properties: mapValues(schema.properties, asForm) }),
        ...(isObject(schema.additionalProperties) && { additionalProperties: asForm(schema.additionalProperties) }),
      };
    default:
      return schema;
  }
}
