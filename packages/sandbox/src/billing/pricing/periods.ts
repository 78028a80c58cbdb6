/** How often something recurs, as in `price.recurring`. */
export interface Cadence {
  interval: 'day' | 'week' | 'month' | 'year';
  interval_count: number;
}
/** Stripe seconds; `end` is the first second that no longer belongs to it. */
export interface Period {
  start: number;
  end: number;
}

const DAY = 86_400;

/**
 * The moment `n` intervals after the anchor (before it, if `n` is negative), in UTC. Months that lack the anchor's day
 * end on their last one, and later months return to the anchor's day: 31 Jan, 28 Feb, 31 Mar.
 */
export function boundary(anchor: number, { interval, interval_count }: Cadence, n: number): number {
  const count = n * interval_count;
  if (interval === 'day') return anchor + count * DAY;
  if (interval === 'week') return anchor + count * 7 * DAY;
  const from = new Date(anchor * 1000);
  const month = from.getUTCMonth() + (interval === 'year' ? 12 * count : count);
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const day = Date.UTC(from.getUTCFullYear(), month, Math.min(from.getUTCDate(), lastDay)) / 1000;
  return day + (anchor - Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()) / 1000);
}

/** The period, counted from the anchor, that holds the moment `at`. */
export function periodAt(anchor: number, cadence: Cadence, at: number): Period {
  let n = Math.floor((at - anchor) / (daysAtMost(cadence) * DAY)) - 1;
  while (boundary(anchor, cadence, n + 1) <= at) n += 1;
  while (boundary(anchor, cadence, n) > at) n -= 1;
  return { start: boundary(anchor, cadence, n), end: boundary(anchor, cadence, n + 1) };
}

export function sameCadence(a: Cadence, b: Cadence): boolean {
  return a.interval === b.interval && a.interval_count === b.interval_count;
}

/** The longest that one of its periods can be; tells which of two cadences is the shorter. */
export function daysAtMost({ interval, interval_count }: Cadence): number {
  return { day: 1, week: 7, month: 31, year: 366 }[interval] * interval_count;
}
