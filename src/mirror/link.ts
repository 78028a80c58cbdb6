import { accountByCustomer, accountOfOwner, type Owner } from '../db/accounts.js';
import { attachCustomer, lockCustomers } from '../db/customer-accounts.js';
import { TollgateError } from '../errors.js';
import { StripeCallError } from '../stripe/errors.js';
import type { Mirror } from './mirror.js';
import { ACCOUNT_METADATA, OWNER_METADATA, ownerFrom } from './projectors/customer.js';

export interface Linked {
  accountId: string;
  /** False: they belonged together before. */
  changed: boolean;
}

/**
 * Adopts a customer that exists already: it becomes the owner's, is marked in Stripe and read as a whole. Doing it
 * again is a success. Never takes a customer from another owner, or an owner's customer away: `LINK_CUSTOMER_TAKEN`,
 * `LINK_OWNER_TAKEN`; `LINK_CUSTOMER_UNKNOWN` when Stripe has no such customer.
 */
export async function linkCustomer(mirror: Mirror, owner: Owner, customerId: string): Promise<Linked> {
  const { db } = mirror;
  const name = `${owner.kind}:${owner.id}`;
  const customer = await existing(mirror, customerId);
  const marked = customer.metadata[OWNER_METADATA];
  if (marked && marked !== name && ownerFrom(marked)) {
    throw new TollgateError('LINK_CUSTOMER_TAKEN', `Customer ${customerId} says that it is ${marked}'s.`, {
      hint: `Remove the metadata ${OWNER_METADATA} in Stripe first if that is wrong.`,
    });
  }
  // First here, where two links of one customer or owner exclude each other; a crash after it is mended by a repeat.
  const attached = db.transaction(async (tx) => {
    await lockCustomers(tx, [customerId]);
    const options = { accountId: customer.metadata[ACCOUNT_METADATA], email: customer.email };
    const attachment = await attachCustomer(tx, customerId, owner, options);
    if (attachment.result === 'conflict') throw new BelongsElsewhere();
    return attachment;
  });
  const { result, accountId } = await attached.catch(async (error) => {
    throw error instanceof BelongsElsewhere ? await conflict() : error;
  });

  const stamp = await mirror.beginRead();
  const metadata = { [OWNER_METADATA]: name, [ACCOUNT_METADATA]: accountId };
  const answer = await mirror.stripe.call((sdk) => sdk.customers.update(customerId, { metadata }));
  await mirror.projectAnswer(answer.value, { ...stamp, ...answer });
  await mirror.refreshAccount(accountId);
  return { accountId, changed: result === 'attached' };

  async function conflict(): Promise<TollgateError> {
    const other = await accountByCustomer(db, customerId);
    if (other) {
      const holder = `${other.ownerKind}:${other.ownerId}`;
      return new TollgateError('LINK_CUSTOMER_TAKEN', `Customer ${customerId} is ${holder}'s already.`);
    }
    const account = await accountOfOwner(db, owner);
    return new TollgateError('LINK_OWNER_TAKEN', `${name} has the customer ${account?.stripeCustomerId} already.`);
  }
}

/** Rolls back the account that was made for the link. */
class BelongsElsewhere extends Error {}

async function existing({ stripe }: Mirror, customerId: string) {
  const unknown = () => new TollgateError('LINK_CUSTOMER_UNKNOWN', `Stripe has no customer ${customerId}.`);
  try {
    const { value } = await stripe.call((sdk) => sdk.customers.retrieve(customerId));
    if (value.deleted) throw unknown();
    return value;
  } catch (error) {
    throw error instanceof StripeCallError && error.kind === 'not_found' ? unknown() : error;
  }
}
