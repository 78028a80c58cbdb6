import type { Queryable } from '../db/connect.js';
import { rememberFirst } from '../db/installation.js';
import { StartError } from '../errors.js';
import type { StripeGateway } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';

const KEY = 'stripe_account';

interface MirroredAccount {
  /** Null: the key may not read its own account. */
  account: string | null;
  livemode: boolean;
}

/**
 * A database mirrors one Stripe account in one mode for all its life: the first is remembered, a key of another is
 * refused with a `StartError`, before anything of the two can mix. Throws `StripeCallError` when Stripe does not answer.
 */
export async function claimStripeAccount(q: Queryable, stripe: StripeGateway, livemode: boolean): Promise<void> {
  const ours: MirroredAccount = { account: await ownAccount(stripe), livemode };
  const mirrored = await rememberFirst(q, KEY, ours);
  const differs = mirrored.account !== null && ours.account !== null && mirrored.account !== ours.account;
  if (!differs && mirrored.livemode === ours.livemode) return;
  throw new StartError(
    'STRIPE_ACCOUNT_MISMATCH',
    `This database mirrors ${described(mirrored)}, but STRIPE_SECRET_KEY belongs to ${described(ours)}.`,
    { hint: 'Use a key of the mirrored account and mode, or another database.' },
  );
}

async function ownAccount(stripe: StripeGateway): Promise<string | null> {
  try {
    return (await stripe.call((sdk) => sdk.accounts.retrieveCurrent())).value.id;
  } catch (error) {
    // A restricted key need not have this permission; its mode is known all the same.
    if (error instanceof StripeCallError && error.facts.status === 403) return null;
    throw error;
  }
}

const described = ({ account, livemode }: MirroredAccount) =>
  `${account ?? 'an account that its key may not read'} in ${livemode ? 'live' : 'test'} mode`;
