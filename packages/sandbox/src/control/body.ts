import type { Context } from 'hono';

/** A refusal of the sandbox's own API: 400 with what to do. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
}

type Check = (value: unknown) => boolean;
export const isText: Check = (value) => typeof value === 'string' && value !== '';
export const isCount: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
export const isTimes: Check = (value) => isCount(value) && value !== 0;
export const isFlag: Check = (value) => typeof value === 'boolean';
export const isOneOf =
  (...values: unknown[]): Check =>
  (value) =>
    values.includes(value);

/** The JSON body, every member known and of its form; 400 naming the one that is not. */
export async function readBody<T>(c: Context, members: { [K in keyof Required<T>]: Check }): Promise<T> {
  const text = await c.req.text();
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw new ControlError('the body is not JSON');
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new ControlError('send a JSON object');
  const checks = members as Record<string, Check>;
  for (const [name, value] of Object.entries(body)) {
    const check = checks[name];
    if (!check) throw new ControlError(`unknown member ${name}; known are ${Object.keys(checks).join(', ')}`);
    if (!check(value)) throw new ControlError(`${name} cannot be ${JSON.stringify(value)}`);
  }
  return body as T;
}
