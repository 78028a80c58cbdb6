import type { Subscription } from './subscription-store.js';

export interface AnchorConfig {
  day_of_month: number;
  hour?: number;
  minute?: number;
  second?: number;
  month?: number;
}

/**
 * The next moment that the configuration names, in UTC (Stripe seconds). A month that lacks the day is passed over for
 * the anchor itself; periods before it end on its last day all the same, as from any anchor.
 * Not established: that hour, minute and second are those of the creation when they are left out.
 */
export function nextAnchor({ day_of_month, month, ...clock }: AnchorConfig, now: number): number {
  const from = new Date(now * 1000);
  const { hour = from.getUTCHours(), minute = from.getUTCMinutes(), second = from.getUTCSeconds() } = clock;
  // At most 48 months until the next 29 February.
  for (let ahead = 0; ahead <= 48; ahead++) {
    const year = from.getUTCFullYear();
    const at = new Date(Date.UTC(year, from.getUTCMonth() + ahead, day_of_month, hour, minute, second));
    const wanted = (from.getUTCMonth() + ahead) % 12;
    const seconds = at.getTime() / 1000;
    if (at.getUTCMonth() !== wanted || seconds <= now) continue;
    if (month === undefined || month === wanted + 1) return seconds;
  }
  throw new RangeError(`no month ${month} has a day ${day_of_month}`);
}

export function configShown(given: AnchorConfig | undefined): Subscription['billing_cycle_anchor_config'] {
  if (!given) return null;
  const { day_of_month, hour = null, minute = null, second = null, month = null } = given;
  return { day_of_month, hour, minute, month, second };
}
