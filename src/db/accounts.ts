import { randomBytes } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import type { Queryable } from './connect.js';
import { type BillingAccountRow, billingAccounts } from './tables/accounts.js';

export interface Owner {
  kind: 'user' | 'organization';
  id: string;
}

export async function accountById(q: Queryable, id: string): Promise<BillingAccountRow | null> {
  const [row] = await q.orm.select().from(billingAccounts).where(eq(billingAccounts.id, id)).limit(1);
  return row ?? null;
}

export async function accountOfOwner(q: Queryable, owner: Owner): Promise<BillingAccountRow | null> {
  const [row] = await q.orm
    .select()
    .from(billingAccounts)
    .where(and(eq(billingAccounts.ownerKind, owner.kind), eq(billingAccounts.ownerId, owner.id)))
    .limit(1);
  return row ?? null;
}

/** The account of a Stripe customer (`cus_…`). */
export async function accountByCustomer(q: Queryable, customerId: string): Promise<BillingAccountRow | null> {
  const [row] = await q.orm
    .select()
    .from(billingAccounts)
    .where(eq(billingAccounts.stripeCustomerId, customerId))
    .limit(1);
  return row ?? null;
}

/**
 * The owner's account, made if there is none; parallel first calls get the same one. An e-mail address is noted
 * where none was known; it never finds an account.
 */
export async function ensureAccount(q: Queryable, owner: Owner, email?: string | null): Promise<BillingAccountRow> {
  const existing = await accountOfOwner(q, owner);
  if (existing && (existing.email || !email)) return existing;
  const [row] = await q.orm
    .insert(billingAccounts)
    .values({ id: newAccountId(), ownerKind: owner.kind, ownerId: owner.id, email: email ?? null })
    .onConflictDoUpdate({
      target: [billingAccounts.ownerKind, billingAccounts.ownerId],
      set: { email: sql`coalesce(${billingAccounts.email}, excluded.email)` },
    })
    .returning();
  if (!row) throw new Error('An insert with returning answered no row.');
  return row;
}

function newAccountId(): string {
  return `tga_${randomBytes(12).toString('hex')}`;
}
