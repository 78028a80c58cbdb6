import type { Transaction } from '../../engine/transaction.js';
import type { Invoice } from '../invoices/invoices.js';
import { madeOrUpcoming, noUpcoming, undone } from '../invoices/preview.js';
import { startSchedule } from './schedule-start.js';
import { LIVE, type Schedule } from './schedule-store.js';

/**
 * The invoice that making or changing a schedule brings, or else its next one. Nothing of it remains.
 * @param change makes or changes the schedule, if anything is to be tried
 * @throws 404 when no invoice is to come
 */
export function previewSchedule(
  tx: Transaction,
  before: Schedule | undefined,
  change: () => Schedule,
  mode: 'next' | 'recurring',
): Invoice {
  return undone(tx, () => {
    const subscription = before?.subscription ? tx.require('subscription', before.subscription) : undefined;
    const after = change();
    if (!LIVE.includes(after.status)) throw noUpcoming(after.customer);
    if (after.subscription !== null) {
      return madeOrUpcoming(tx, subscription, tx.require('subscription', after.subscription), mode);
    }
    const start = after.phases[0]?.start_date as number;
    return tx.at(after.test_clock, start, () => {
      const started = startSchedule(tx, after, start);
      return madeOrUpcoming(tx, undefined, tx.require('subscription', started.subscription as string), mode);
    });
  });
}
