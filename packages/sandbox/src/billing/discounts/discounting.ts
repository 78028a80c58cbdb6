import { divideRounded, scaled, share } from '../pricing/amounts.js';

/** The part of a coupon that says how much it takes off. */
export interface Reduction {
  /** e.g. 12.5 */
  percent_off: number | null;
  /** Minor units of the invoice's currency. */
  amount_off: number | null;
  /** Which lines it may touch; all of them if left out. */
  applies?: (line: number) => boolean;
}
export interface Discountable {
  /** Minor units; credits (negative) are never discounted. */
  amount: number;
  discountable: boolean;
}

/**
 * What each reduction takes off each line, in minor units: `result[line][reduction]`. Reductions apply one after the
 * other to what is left. A fixed amount is spread over the lines in proportion and never exceeds them.
 */
export function discountAmounts(lines: Discountable[], reductions: Reduction[]): number[][] {
  const left = lines.map(({ amount, discountable }) => (discountable ? Math.max(amount, 0) : 0));
  const result: number[][] = lines.map(() => []);
  for (const { percent_off, amount_off, applies = () => true } of reductions) {
    const touched = left.map((amount, line) => (applies(line) ? amount : 0));
    const taken = percent_off === null ? spread(amount_off ?? 0, touched) : percentOf(touched, percent_off);
    taken.forEach((amount, line) => {
      result[line]?.push(amount);
      left[line] = (left[line] ?? 0) - amount;
    });
  }
  return result;
}

function percentOf(amounts: number[], percentOff: number): number[] {
  const scale = scaled('100');
  return amounts.map((amount) => Number(divideRounded(BigInt(amount) * scaled(String(percentOff)), scale)));
}

/** Splits `total` (at most the sum) over the amounts in proportion, to the last minor unit. */
export function spread(total: number, amounts: number[]): number[] {
  let left = Math.min(
    total,
    amounts.reduce((sum, amount) => sum + amount, 0),
  );
  let weight = amounts.reduce((sum, amount) => sum + amount, 0);
  return amounts.map((amount) => {
    const part = weight === 0 ? 0 : share(left, amount, weight);
    left -= part;
    weight -= amount;
    return part;
  });
}
