import { decimalPlaces, shownPlaces } from './pricing/currencies.js';

const formats = new Map<string, Intl.NumberFormat>();

/** e.g. `$29.00`, `¥1,200`; the amount is in minor units. A part of a minor unit is shown: `$0.0004`. */
export function money(amount: number, currency: string): string {
  const code = currency.toLowerCase();
  const whole = Number.isInteger(amount);
  const key = `${code} ${whole}`;
  const places = shownPlaces(code);
  const format =
    formats.get(key) ??
    new Intl.NumberFormat('en-US', {
      style: 'currency',
      currency: code.toUpperCase(),
      minimumFractionDigits: places,
      maximumFractionDigits: whole ? places : places + 12,
    });
  formats.set(key, format);
  return format.format(amount / 10 ** decimalPlaces(code));
}

/** e.g. `24 Nov 2026` */
export function day(seconds: number): string {
  const date = new Date(seconds * 1000);
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${String(date.getUTCDate()).padStart(2, '0')} ${month} ${date.getUTCFullYear()}`;
}
