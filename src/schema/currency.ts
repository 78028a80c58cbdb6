import type { Money, UnitAmount } from './money.js';

// Stripe's own list (docs.stripe.com/currencies): in these its smallest unit is not a hundredth. ISK and UGX count as
// hundredths there although the coins are gone.
const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '));

/** Digits after the point in Stripe's amounts of a currency. */
export function currencyDigits(currency: string): number {
  if (zeroDecimal.has(currency)) return 0;
  return threeDecimal.has(currency) ? 3 : 2;
}

/** @param minorUnits whole number of the currency's smallest units */
export function money(minorUnits: number, currency: string): Money {
  const digits = currencyDigits(currency);
  if (digits === 0) return { minorUnits, currency, decimal: String(minorUnits) };
  const text = String(Math.abs(minorUnits)).padStart(digits + 1, '0');
  const point = text.length - digits;
  const decimal = `${minorUnits < 0 ? '-' : ''}${text.slice(0, point)}.${text.slice(point)}`;
  return { minorUnits, currency, decimal };
}

/** @param minorUnits decimal, possibly a fraction of the currency's smallest unit; no digit of it is lost */
export function unitAmount(minorUnits: string, currency: string): UnitAmount {
  const digits = currencyDigits(currency);
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(minorUnits) ?? [];
  const kept = fraction.replace(/0+$/, '');
  const text = whole.padStart(digits + 1, '0');
  const point = text.length - digits;
  const after = text.slice(point) + kept;
  const normal = kept === '' ? `${sign}${whole}` : `${sign}${whole}.${kept}`;
  return { minorUnits: normal, currency, decimal: `${sign}${text.slice(0, point)}${after === '' ? '' : `.${after}`}` };
}
