import type { Stripe } from 'stripe';
import { cancelStep } from '../access/cancellation.js';
import { isRefused } from '../access/ruling.js';
import type { Deps } from './command-deps.js';
import { inputInvalid, refusalOfRule } from './refusals.js';
import type { CancelInput, SubscriptionRequest, SubscriptionResult } from './requests.js';
import type { CommandRun } from './run-command.js';
import { expand, idOf } from './standing.js';
import { projectSubscription, runOnSubscription, type SubscriptionOutcome } from './subscription-result.js';

/** Stripe's own limit. */
const MOST_COMMENT = 5_000;

/** Ends a subscription at the end of its period, or now. */
export async function cancelSubscription(
  deps: Deps,
  request: SubscriptionRequest<CancelInput>,
): Promise<SubscriptionResult> {
  if ((request.input.comment?.length ?? 0) > MOST_COMMENT) {
    throw inputInvalid(`A comment has at most ${MOST_COMMENT} characters.`, 'input', 'comment');
  }
  return runOnSubscription(deps, 'subscriptionCancel', request, (run, now) => cancel(run, now, request.input));
}

async function cancel(run: CommandRun, now: Stripe.Subscription, input: CancelInput): Promise<SubscriptionOutcome> {
  const { id, status, cancel_at_period_end: cancelAtPeriodEnd, cancel_at: cancelAt, schedule } = now;
  const state = { id, status, cancelAtPeriodEnd, cancelAt, scheduleId: idOf(schedule) };
  const step = run.begun('cancel') ? begunStep(run) : cancelStep(state, input.timing ?? 'AT_PERIOD_END');
  if (isRefused(step)) throw refusalOfRule(step, null);
  const cancellation_details = {
    ...(input.feedback == null ? {} : { feedback: input.feedback.toLowerCase() }),
    ...(input.comment ? { comment: input.comment } : {}),
  };
  const reread = (sdk: Stripe, target: string) => sdk.subscriptions.retrieve(target, { expand });
  const ended = ({ status: word }: Stripe.Subscription) => word === 'canceled' || word === 'incomplete_expired';
  const seen = async (done: (subscription: Stripe.Subscription) => boolean) => {
    const { value } = await run.read((sdk) => reread(sdk, id));
    return done(value) ? value : null;
  };
  const common = { name: 'cancel', target: id, reread };
  const answer =
    step === 'now'
      ? await run.step({
          ...common,
          call: 'subscriptions.cancel',
          // Use not yet invoiced is owed all the same; what was never paid has had none.
          params: { cancellation_details, ...(status === 'incomplete' ? {} : { invoice_now: true }), expand },
          find: () => seen(ended),
        })
      : await run.step({
          ...common,
          call: 'subscriptions.update',
          params: { cancel_at_period_end: true, cancellation_details, expand },
          find: () => seen((value) => value.cancel_at_period_end || ended(value)),
        });
  await projectSubscription(run, answer);
  return { subscriptionId: id };
}

function begunStep(run: CommandRun): 'now' | 'at_period_end' {
  return run.all().find(({ name }) => name === 'cancel')?.call === 'subscriptions.cancel' ? 'now' : 'at_period_end';
}
