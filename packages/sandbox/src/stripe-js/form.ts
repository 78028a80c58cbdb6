/** Nested parameters as Stripe's API takes them: `card[number]=…&expand[0]=…`. Leaves out undefined and null. */
export function encodeForm(params: object): string {
  const pairs = new URLSearchParams();
  append(pairs, '', params);
  return pairs.toString();
}

function append(pairs: URLSearchParams, name: string, value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object') {
    pairs.append(name, String(value));
    return;
  }
  for (const [key, member] of Object.entries(value)) append(pairs, name ? `${name}[${key}]` : key, member);
}
