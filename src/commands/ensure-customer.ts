import { randomBytes } from 'node:crypto';
import type { Stripe } from 'stripe';
import { accountById, type Owner } from '../db/accounts.js';
import type { Database } from '../db/connect.js';
import { attachCustomer } from '../db/customer-accounts.js';
import {
  type CustomerClaim,
  claimAgain,
  claimCustomer,
  dropClaim,
  unattachedCustomerOf,
} from '../db/customer-claims.js';
import { TollgateError } from '../errors.js';
import type { Mirror } from '../mirror/mirror.js';
import type { StripeGateway } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';
import { idempotentCall } from '../stripe/idempotent-calls.js';
import { canonical } from './canonical.js';

/** Stripe keeps a key for 24 hours at least. */
const KEY_SECONDS = 23 * 3_600;
/** How far Stripe's clock may be behind ours without a lost customer being overlooked, in seconds. */
const CLOCK_MARGIN = 3_600;

export interface EnsureCustomerDeps {
  db: Database;
  stripe: StripeGateway;
  mirror: Mirror;
}
export interface CustomerOwner {
  accountId: string;
  owner: Owner;
  email: string | null;
}

/**
 * The account's one Stripe customer, made if there is none. The claim is in the database with its exact parameters and
 * key before Stripe is called, so that a crash, a parallel call or a repeat makes the same one; a claim whose key Stripe
 * may have forgotten first looks for what it made. Never found by e-mail. Failures are `StripeCallError`s.
 */
export async function ensureCustomer(deps: EnsureCustomerDeps, of: CustomerOwner): Promise<string> {
  const { db } = deps;
  const account = await accountById(db, of.accountId);
  if (!account) throw new TollgateError('NO_ACCOUNT', `There is no account ${of.accountId}.`);
  if (account.stripeCustomerId) return account.stripeCustomerId;
  const known = await unattachedCustomerOf(db, ownerText(of.owner));
  if (known) return settle(deps, of, known);

  const claim = await claimCustomer(db, of.accountId, newClaim(of));
  if (!claim.isNew) {
    const lost = await lostCustomer(deps, of, claim);
    if (lost) return adopt(deps, of, lost);
    if (claim.age > KEY_SECONDS) {
      await claimAgain(db, of.accountId, claim, newClaim(of));
      return create(deps, of, await claimCustomer(db, of.accountId, newClaim(of)));
    }
  }
  return create(deps, of, claim, !claim.isNew);
}

/** `usedKey`: an earlier attempt carried the claim's key, so that a 5xx may be that attempt's answer, repeated. */
async function create(
  deps: EnsureCustomerDeps,
  of: CustomerOwner,
  claim: CustomerClaim,
  usedKey = false,
): Promise<string> {
  const { asked } = await deps.mirror.beginRead();
  const params = canonical(claim.params) as Stripe.CustomerCreateParams;
  const call = idempotentCall('customers.create', { params, key: claim.idempotencyKey });
  const answer = await deps.stripe.call(call).catch((error: unknown) => afterFailure(deps, of, claim, error, usedKey));
  if (typeof answer === 'string') return answer;
  const customerId = await settle(deps, of, answer.value.id);
  await deps.mirror.projectAnswer(answer.value, { ...answer, asked });
  return customerId;
}

/** The customer all the same, or what went wrong, with the claim ready for another attempt. */
async function afterFailure(
  deps: EnsureCustomerDeps,
  of: CustomerOwner,
  claim: CustomerClaim,
  error: unknown,
  usedKey: boolean,
): Promise<string> {
  if (!(error instanceof StripeCallError)) throw error;
  const { kind, facts } = error;
  if (error.answeredWithServerError) {
    // Stripe would repeat this answer for ever; what it did before it failed shows in the list.
    const made = await lostCustomer(deps, of, claim);
    if (made) return adopt(deps, of, made);
    await claimAgain(deps.db, of.accountId, claim, newClaim(of));
    // The outage may be long over: a key of its own tells.
    if (usedKey) return create(deps, of, await claimCustomer(deps.db, of.accountId, newClaim(of)));
  } else if (kind === 'refused' && facts.param === 'email' && of.email !== null) {
    // The token's address is none that Stripe takes; the person can still give one in Checkout.
    const nameless = { ...of, email: null };
    await claimAgain(deps.db, of.accountId, claim, newClaim(nameless));
    return create(deps, nameless, await claimCustomer(deps.db, of.accountId, newClaim(nameless)));
  } else if (kind === 'refused' || kind === 'conflict') {
    await claimAgain(deps.db, of.accountId, claim, newClaim(of));
  }
  throw error;
}

async function adopt(deps: EnsureCustomerDeps, of: CustomerOwner, customerId: string): Promise<string> {
  const settled = await settle(deps, of, customerId);
  await deps.mirror.refetch('customer', settled);
  return settled;
}

/** The customer that an earlier attempt made and nobody noted, among those made since. (Stripe's search lags; its lists do not.) */
async function lostCustomer(deps: EnsureCustomerDeps, of: CustomerOwner, claim: CustomerClaim): Promise<string | null> {
  const created = { gte: claim.firstClaimedAt - CLOCK_MARGIN };
  for (let after: string | undefined; ; ) {
    const { value: page } = await deps.stripe.call((sdk) =>
      sdk.customers.list({ created, limit: 100, starting_after: after }),
    );
    const found = page.data.find(({ metadata }) => metadata.tollgate_account === of.accountId);
    if (found) return found.id;
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return null;
  }
}

async function settle(deps: EnsureCustomerDeps, of: CustomerOwner, customerId: string): Promise<string> {
  const attached = await deps.db.transaction(async (tx) => {
    const attachment = await attachCustomer(tx, customerId, of.owner, of);
    await dropClaim(tx, of.accountId);
    return attachment;
  });
  if (attached.result !== 'conflict') return customerId;
  const account = await accountById(deps.db, of.accountId);
  if (account?.stripeCustomerId) return account.stripeCustomerId;
  throw new TollgateError(
    'CUSTOMER_CONFLICT',
    `Customer ${customerId} belongs to another account than ${of.accountId}.`,
  );
}

function newClaim(of: CustomerOwner): Pick<CustomerClaim, 'idempotencyKey' | 'params'> {
  const metadata = { tollgate_owner: ownerText(of.owner), tollgate_account: of.accountId };
  return {
    // Not of account and attempt alone: an account whose customer was deleted begins at the first attempt again.
    idempotencyKey: `tollgate-customer-${of.accountId}-${randomBytes(6).toString('hex')}`,
    params: { ...(of.email === null ? {} : { email: of.email }), metadata },
  };
}

function ownerText({ kind, id }: Owner): string {
  return `${kind}:${id}`;
}
