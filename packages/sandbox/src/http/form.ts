import qs from 'qs';

/** `a[b][0]=c` as nested hashes and lists, every value a string. */
export function parseForm(text: string): Record<string, unknown> {
  if (text === '') return {};
  return qs.parse(text, { depth: 20, arrayLimit: 1000, parameterLimit: 20_000, ignoreQueryPrefix: true });
}
