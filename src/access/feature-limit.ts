const DECIMAL = /^([+-]?)(\d+)(?:\.(\d*))?$/;

/**
 * A feature's limit: the product's metadata `limit:<feature>` over the feature's own `limit`; null is unlimited.
 * What is not a decimal number limits nothing: a typing error in the catalogue must not take away what was paid for.
 */
export function featureLimit(
  key: string,
  productMetadata: Record<string, string>,
  featureMetadata: Record<string, string>,
): string | null {
  const text = (productMetadata[`limit:${key}`] ?? featureMetadata.limit)?.trim();
  return text !== undefined && DECIMAL.test(text) ? text : null;
}

/** Orders limits, exactly, lowest first; null (unlimited) is the highest. */
export function compareLimits(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [left, right] = alignedDigits(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function alignedDigits(a: string, b: string): [bigint, bigint] {
  const [x, y] = [DECIMAL.exec(a), DECIMAL.exec(b)];
  if (!x || !y) throw new TypeError(`Not decimal numbers: ${a}, ${b}`);
  const places = Math.max(x[3]?.length ?? 0, y[3]?.length ?? 0);
  const scaled = (m: RegExpExecArray) => BigInt(`${m[1]}${m[2]}${(m[3] ?? '').padEnd(places, '0')}`);
  return [scaled(x), scaled(y)];
}
