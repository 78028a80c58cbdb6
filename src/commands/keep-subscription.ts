import type { Stripe } from 'stripe';
import { keepStep } from '../access/cancellation.js';
import { isRefused } from '../access/ruling.js';
import type { Deps } from './command-deps.js';
import { refusalOfRule } from './refusals.js';
import type { SubscriptionRequest, SubscriptionResult } from './requests.js';
import type { CommandRun } from './run-command.js';
import { expand, idOf } from './standing.js';
import { projectSubscription, runOnSubscription, type SubscriptionOutcome } from './subscription-result.js';

/** Takes back a scheduled cancellation. */
export async function keepSubscription(
  deps: Deps,
  request: Omit<SubscriptionRequest<unknown>, 'input'>,
): Promise<SubscriptionResult> {
  return runOnSubscription(deps, 'subscriptionKeep', { ...request, input: null }, keep);
}

async function keep(run: CommandRun, now: Stripe.Subscription): Promise<SubscriptionOutcome> {
  const { id, status, cancel_at_period_end: cancelAtPeriodEnd, cancel_at: cancelAt, schedule } = now;
  if (!run.begun('keep')) {
    const step = keepStep({ id, status, cancelAtPeriodEnd, cancelAt, scheduleId: idOf(schedule) });
    if (isRefused(step)) throw refusalOfRule(step, null);
  }
  await keepRunning(run, now);
  return { subscriptionId: id };
}

/** Clears whichever way the end was set: the customer portal sets a date and leaves the flag false. */
export async function keepRunning(run: CommandRun, now: Stripe.Subscription): Promise<void> {
  const reread = (sdk: Stripe, target: string) => sdk.subscriptions.retrieve(target, { expand });
  const answer = await run.step({
    name: 'keep',
    call: 'subscriptions.update',
    target: now.id,
    params: { ...(now.cancel_at_period_end ? { cancel_at_period_end: false } : { cancel_at: '' }), expand },
    find: async () => {
      const { value } = await run.read((sdk) => reread(sdk, now.id));
      return value.cancel_at === null && !value.cancel_at_period_end ? value : null;
    },
    reread,
  });
  await projectSubscription(run, answer);
}
