import type { Stripe } from 'stripe';
import type { PlanChoice } from '../access/plan-choice.js';
import type { BillingAccountRow } from '../db/tables/accounts.js';
import { chargeRefusal } from './charge-refusal.js';
import { itemsOf, trialOf } from './chosen-plan.js';
import { clearTheWay } from './clear-the-way.js';
import type { Deps } from './command-deps.js';
import { commandedAccount } from './commanded-account.js';
import { customerAndPlan } from './customer-and-plan.js';
import { openIntentOf } from './next-step.js';
import type { CommandRequest, StartInput, SubscriptionResult } from './requests.js';
import type { CommandRun } from './run-command.js';
import { expand } from './standing.js';
import type { Stamped } from './steps.js';
import { projectSubscription, runForSubscription, type SubscriptionOutcome } from './subscription-result.js';
import { withdrawStarts } from './withdraw.js';

const STEP = 'subscription';

/**
 * A new subscription, to be paid through Elements or a mobile PaymentSheet: it is incomplete until the person confirms.
 * With a saved payment method it is charged at once. A start begun before is answered again, or withdrawn.
 */
export async function startSubscription(deps: Deps, request: CommandRequest<StartInput>): Promise<SubscriptionResult> {
  const { viewer, accountRef, input, idempotencyKey = null } = request;
  const account = await commandedAccount(deps.db, viewer, accountRef);
  const call = { accountId: account.id, operation: 'subscriptionStart', input, idempotencyKey };
  return runForSubscription(deps, call, (run) => start(deps, run, account, input));
}

async function start(
  deps: Deps,
  run: CommandRun,
  account: BillingAccountRow,
  input: StartInput,
): Promise<SubscriptionOutcome> {
  const { customerId, choice, standing } = await customerAndPlan(deps, account, input);
  // What an earlier attempt at this very command made is no obstacle to it.
  const cleared = run.begun(STEP)
    ? null
    : await clearTheWay(deps, run, {
        accountId: account.id,
        customerId,
        choice,
        paymentMethodId: input.paymentMethodId,
      });
  const again = cleared?.again;
  if (again) {
    return conclude(run, await run.read((sdk) => sdk.subscriptions.retrieve(again, { expand })), input);
  }
  const metadata = { tollgate_account: account.id, tollgate_group: choice.plan.group, tollgate_command: run.commandId };
  const answer = await run.step({
    name: STEP,
    call: 'subscriptions.create',
    params: {
      customer: customerId,
      items: itemsOf(choice),
      currency: choice.currency,
      ...payment(input),
      ...trialOf(choice, input.trial !== false, standing),
      ...(deps.settings.tax ? { automatic_tax: { enabled: true } } : {}),
      metadata,
      expand,
    },
    find: () => madeBy(run, customerId, choice),
    reread: (sdk, id) => sdk.subscriptions.retrieve(id, { expand }),
  });
  return conclude(run, answer, input);
}

/** Without a method the person confirms the first payment; with one Stripe charges it at once. */
function payment({ paymentMethodId }: StartInput): Partial<Stripe.SubscriptionCreateParams> {
  const payment_settings = { save_default_payment_method: 'on_subscription' as const };
  if (paymentMethodId == null) return { payment_behavior: 'default_incomplete', payment_settings };
  return { payment_behavior: 'allow_incomplete', default_payment_method: paymentMethodId, payment_settings };
}

async function madeBy(run: CommandRun, customer: string, { price }: PlanChoice) {
  const { value } = await run.read((sdk) =>
    sdk.subscriptions.list({ customer, price: price.id, status: 'all', limit: 100 }),
  );
  return value.data.find(({ metadata }) => metadata.tollgate_command === run.commandId) ?? null;
}

async function conclude(
  run: CommandRun,
  answer: Stamped<Stripe.Subscription>,
  input: StartInput,
): Promise<SubscriptionOutcome> {
  await projectSubscription(run, answer);
  const subscriptionId = answer.value.id;
  const intent = openIntentOf(answer.value);
  if (intent?.kind !== 'CONFIRM_PAYMENT' || input.paymentMethodId == null) return { subscriptionId, intent };

  const charge = await chargeRefusal(run, intent);
  if (charge === null) return { subscriptionId, intent };
  if (charge === 'processing') return { subscriptionId };
  // Declined for good: the next attempt begins anew, with another card.
  await withdrawStarts(run, [subscriptionId]);
  return { refusal: charge };
}
