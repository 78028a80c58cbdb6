import { newId } from '../../engine/ids.js';
import type { RecordIndexes } from '../../engine/store.js';
import type { Transaction } from '../../engine/transaction.js';
import { type Decline, declineOf } from './declines.js';

/** Charges without the person that decline although their card would not: renewals, retries, off-session payments. */
export interface ForcedDecline {
  id: string;
  /** Only this customer's; anybody's without one. */
  customer: string | null;
  /** Stripe's decline code. */
  code: string;
  /** How many charges are still to fail. */
  times: number;
}

declare module '../../engine/objects.js' {
  interface InternalRecords {
    _forced_decline: ForcedDecline;
  }
}

const ANY = '*';
export const forcedDeclineIndexes: RecordIndexes = { _forced_decline: { customer: ({ customer }) => customer ?? ANY } };

export function forceDeclines(tx: Transaction, given: Omit<ForcedDecline, 'id'>): ForcedDecline {
  return tx.put('_forced_decline', { id: newId('fail'), ...given });
}

/**
 * The decline that a charge of this customer meets, counted down; the customer's own before anybody's, oldest first.
 * A request that is undone as a whole (`error_if_incomplete`) does not use it up.
 */
export function takeForcedDecline(tx: Transaction, customer: string | null): Decline | undefined {
  const own = customer === null ? [] : tx.where('_forced_decline', 'customer', customer);
  const next = own.at(-1) ?? tx.where('_forced_decline', 'customer', ANY).at(-1);
  if (!next) return undefined;
  if (next.times > 1) tx.patch('_forced_decline', next.id, { times: next.times - 1 });
  else tx.delete('_forced_decline', next.id);
  return declineOf(next.code);
}
