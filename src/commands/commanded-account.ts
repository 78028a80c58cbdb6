import { commandRefusal } from '../auth/permit.js';
import type { Viewer } from '../auth/viewer.js';
import { accountById, ensureAccount, type Owner } from '../db/accounts.js';
import { accountOfSubscription } from '../db/command-reads.js';
import type { Database } from '../db/connect.js';
import type { BillingAccountRow } from '../db/tables/accounts.js';
import { AuthError, BillingRefusal } from '../errors.js';

const argument = ['accountId'];

/** The account that a command acts on; refuses with NOT_FOUND or FORBIDDEN. An owner's is made if there is none. */
export async function commandedAccount(
  db: Database,
  viewer: Viewer,
  ref: string | null | undefined,
): Promise<BillingAccountRow> {
  const named = ref == null ? viewer.owner : ownerOf(ref);
  if (ref?.includes('\0')) throw notFound(argument);
  if (!named) return permitted(viewer, await accountById(db, ref as string), argument);
  refuseUnlessPermitted(viewer, named, argument);
  const isOwn = named.kind === viewer.owner.kind && named.id === viewer.owner.id;
  // Only a person's own address is the payer's: an organization is not reached at a member's.
  return ensureAccount(db, named, isOwn && named.kind === 'user' ? viewer.email : null);
}

/** The account of the subscription that a command acts on. */
export async function accountOfCommandedSubscription(
  db: Database,
  viewer: Viewer,
  subscriptionId: string,
  field: readonly string[] = ['id'],
): Promise<BillingAccountRow> {
  if (subscriptionId.includes('\0')) throw notFound(field);
  return permitted(viewer, await accountOfSubscription(db, subscriptionId), field);
}

function permitted(viewer: Viewer, account: BillingAccountRow | null, field: readonly string[]): BillingAccountRow {
  if (!account) throw notFound(field);
  refuseUnlessPermitted(viewer, { kind: account.ownerKind as Owner['kind'], id: account.ownerId }, field);
  return account;
}

function refuseUnlessPermitted(viewer: Viewer, owner: Owner, field: readonly string[]): void {
  const refusal = commandRefusal(viewer, owner);
  if (refusal === 'UNAUTHENTICATED') throw new AuthError('A token is needed for this.');
  if (refusal === 'NOT_FOUND') throw notFound(field);
  if (refusal === 'FORBIDDEN') {
    throw new BillingRefusal('FORBIDDEN', 'This token may not change anything here. It needs write permission.');
  }
}

function notFound(field: readonly string[]): BillingRefusal {
  return new BillingRefusal('NOT_FOUND', 'There is no such object for this viewer.', { field });
}

function ownerOf(ref: string): Owner | null {
  const [, kind, id] = /^(user|organization):(.+)$/s.exec(ref) ?? [];
  return id ? { kind: kind as Owner['kind'], id } : null;
}
