/** An object of JSON. */
export type Hash = Record<string, unknown>;

export const isHash = (value: unknown): value is Hash =>
  value !== null && typeof value === 'object' && !Array.isArray(value);
