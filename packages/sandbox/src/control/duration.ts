import { boundary } from '../billing/pricing/periods.js';

const ISO = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/**
 * The moment an ISO 8601 duration after `from` (Stripe seconds), or undefined for what is none. Years and months
 * are calendar ones in UTC: 31 January and a month is the last of February.
 */
export function afterDuration(from: number, duration: string): number | undefined {
  const match = ISO.exec(duration);
  if (!match || duration === 'P' || duration.endsWith('T')) return undefined;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0));
  const rest = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds;
  return boundary(from, { interval: 'month', interval_count: years * 12 + months }, 1) + rest;
}
