import type { PlanChoice } from '../access/plan-choice.js';
import { accountById, type Owner } from '../db/accounts.js';
import { type CustomerStanding, customerStanding } from '../db/command-reads.js';
import type { BillingAccountRow } from '../db/tables/accounts.js';
import { chosenPlan } from './chosen-plan.js';
import type { Deps } from './command-deps.js';
import { ensureCustomer } from './ensure-customer.js';
import type { CheckoutInput, StartInput } from './requests.js';

/** What a start is about: refused before a customer is made for nothing. */
export async function customerAndPlan(
  deps: Deps,
  account: BillingAccountRow,
  input: StartInput | CheckoutInput,
): Promise<{ customerId: string; choice: PlanChoice; standing: CustomerStanding }> {
  const { db } = deps;
  const known = (await accountById(db, account.id))?.stripeCustomerId;
  if (!known) await chosenPlan(db, input, null);
  const owner = { kind: account.ownerKind as Owner['kind'], id: account.ownerId };
  const customerId = known ?? (await ensureCustomer(deps, { accountId: account.id, owner, email: account.email }));
  const standing = await customerStanding(db, customerId);
  return { customerId, standing, choice: await chosenPlan(db, input, standing.currency) };
}
