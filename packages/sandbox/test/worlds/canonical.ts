import type { TestSandbox } from '../support/sandbox.js';

const ID = /\b[a-z]+(?:_[a-z]+)*_(?:[0-9A-Za-z]{24}|[0-9A-Za-z]{14})(?![0-9A-Za-z])/g;
/** Bookkeeping of HTTP, deliveries and clocks, which differs with the way but not with where one arrives. */
const BESIDE = new Set(['_clock', '_delivery', '_idempotency', '_webhook_secret', 'test_helpers.test_clock']);

/**
 * Everything a sandbox knows as text, its random names replaced by the order in which they first appear: two sandboxes
 * to which the same has happened at the same real time have the same.
 */
export function canonical({ sandbox }: TestSandbox): string[] {
  const names = new Map<string, string>();
  const named = (kind: string, text: string) => {
    const name = names.get(text) ?? `${kind}#${names.size}`;
    names.set(text, name);
    return name;
  };
  const prefixes = [...sandbox.engine.store.of('customer').all()].map(({ invoice_prefix }) => invoice_prefix as string);
  const prefix = new RegExp(`\\b(?:${prefixes.join('|')})\\b`, 'g');
  return [...sandbox.engine.store.everything()]
    .filter(([name, id]) => !BESIDE.has(name) && !id.startsWith('test_clock'))
    .filter(([, , record]) => !JSON.stringify(record).includes('"type":"test_helpers.test_clock'))
    .map(([name, , record]) => {
      const { order: _order, ...shown } = record as unknown as Record<string, unknown>;
      return `${name} ${JSON.stringify(shown)}`
        .replace(/"request":\{[^}]*\}/, '"request"')
        .replace(/_secret_[0-9A-Za-z]+/g, '_secret')
        .replace(/127\.0\.0\.1:\d+/g, 'sandbox')
        .replace(ID, (id) => named(id.replace(/_[^_]*$/, ''), id))
        .replace(prefix, (text) => named('prefix', text));
    });
}
