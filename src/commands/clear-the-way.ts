import { mayStart } from '../access/may-start.js';
import type { PlanChoice } from '../access/plan-choice.js';
import { isRefused } from '../access/ruling.js';
import type { Deps } from './command-deps.js';
import { refusalOfRule } from './refusals.js';
import type { CommandRun } from './run-command.js';
import { expand, type Standing, standingOf } from './standing.js';
import { projectSubscription } from './subscription-result.js';
import { settleUnanswered } from './unanswered.js';
import { expireSessions, withdrawStarts } from './withdraw.js';

export interface Wish {
  accountId: string;
  customerId: string;
  choice: PlanChoice;
  paymentMethodId?: string | null | undefined;
  /** The open Checkout session that may stay: it is for the same choice. */
  keepSession?(session: Standing['sessions'][number]): boolean;
  /** Starts through Elements cannot go on in Checkout: none is answered again. */
  throughCheckout?: boolean;
}
export interface ClearedWay {
  /** The subscription begun before for the same choice. */
  again: string | null;
  session: Standing['sessions'][number] | null;
}

/**
 * Makes sure that a start in a group of plans is the only one: refuses beside a subscription in force, withdraws what
 * was begun for another choice, closes the group's open Checkout pages. Under the account's lease.
 */
export async function clearTheWay(deps: Deps, run: CommandRun, wish: Wish): Promise<ClearedWay> {
  await settleUnanswered(deps, wish.accountId, run.commandId);
  for (let look = 1; ; look++) {
    const standing = await standingOf(deps.db, run, wish.customerId);
    const ruling = await rule(run, wish, standing);
    const sessions = standing.sessions.filter(({ metadata }) => metadata?.tollgate_group === wish.choice.plan.group);
    const kept = sessions.find((session) => wish.keepSession?.(session)) ?? null;
    const rest = sessions.filter((session) => session !== kept).map(({ id }) => id);
    const again = wish.throughCheckout ? null : ruling.again;
    const withdraw = wish.throughCheckout && ruling.again ? [ruling.again, ...ruling.withdraw] : ruling.withdraw;
    // A page completed meanwhile has made a subscription: it shows at the second look.
    if (!(await expireSessions(run, rest)) && look === 1) continue;
    await withdrawStarts(run, withdraw);
    return { again, session: kept };
  }
}

async function rule(run: CommandRun, wish: Wish, { held }: Standing) {
  const { choice, paymentMethodId = null } = wish;
  const items = [choice.price, ...choice.companions].map(({ id }, i) => ({
    priceId: id,
    quantity: i === 0 ? choice.quantity : null,
  }));
  // In Checkout a trial without a card is a subscription like any other.
  const seen = wish.throughCheckout ? held.map((each) => ({ ...each, awaitsSetup: false })) : held;
  const ruling = mayStart({ group: choice.plan.group, currency: choice.currency, items, paymentMethodId }, seen);
  if (!isRefused(ruling)) return ruling;
  const id = ruling.subscriptionId;
  // The refusal carries it: its event may still be on the way.
  if (id !== undefined) {
    await projectSubscription(run, await run.read((sdk) => sdk.subscriptions.retrieve(id, { expand })));
  }
  throw refusalOfRule(ruling, null);
}
