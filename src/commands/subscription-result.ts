import type { Stripe } from 'stripe';
import type { BillingAccountRow } from '../db/tables/accounts.js';
import type { BillingRefusal } from '../errors.js';
import type { Deps } from './command-deps.js';
import { accountOfCommandedSubscription } from './commanded-account.js';
import { confirmStep, type OpenIntent, reopenIntent, storedIntent } from './next-step.js';
import { type Outcome, refusalFrom, storedRefusal } from './outcome.js';
import type { SubscriptionRequest, SubscriptionResult } from './requests.js';
import { type CommandCall, type CommandRun, runCommand } from './run-command.js';
import { expand } from './standing.js';
import type { Stamped } from './steps.js';

/** What the work of a command on a subscription came to. */
export interface SubscriptionOutcome {
  subscriptionId?: string;
  intent?: OpenIntent | null;
  refusal?: BillingRefusal;
}

/** Runs a command whose answer is a subscription. */
export async function runForSubscription(
  deps: Deps,
  call: CommandCall,
  work: (run: CommandRun) => Promise<SubscriptionOutcome>,
): Promise<SubscriptionResult> {
  let fresh: OpenIntent | null = null;
  const { outcome, repeated } = await runCommand(deps, call, async (run) => {
    const { subscriptionId, intent = null, refusal } = await work(run);
    fresh = intent;
    return {
      ...(subscriptionId === undefined ? {} : { subscriptionId }),
      ...(intent ? { intent: storedIntent(intent) } : {}),
      ...(refusal ? { refusals: [storedRefusal(refusal)] } : {}),
    } satisfies Outcome;
  });
  // Secrets are not in the ledger: those of an outcome that is answered again are read from Stripe.
  const intent = repeated && outcome.intent ? await reopenIntent(deps.stripe, outcome.intent) : fresh;
  return {
    subscriptionId: outcome.subscriptionId ?? null,
    nextAction: intent && confirmStep(intent, deps.settings.publishableKey),
    refusals: (outcome.refusals ?? []).map(refusalFrom),
  };
}

/** A command on a subscription that there is: its account's lease, and the subscription as it is in Stripe now. */
export async function runOnSubscription<Input>(
  deps: Deps,
  operation: string,
  request: SubscriptionRequest<Input>,
  work: (run: CommandRun, now: Stripe.Subscription, account: BillingAccountRow) => Promise<SubscriptionOutcome>,
): Promise<SubscriptionResult> {
  const { viewer, subscriptionId, input, idempotencyKey = null } = request;
  const account = await accountOfCommandedSubscription(deps.db, viewer, subscriptionId);
  const call = { accountId: account.id, operation, input: { id: subscriptionId, input }, idempotencyKey };
  return runForSubscription(deps, call, async (run) => {
    const { value } = await run.read((sdk) => sdk.subscriptions.retrieve(subscriptionId, { expand }));
    return work(run, value, account);
  });
}

/** Writes a subscription and the invoice within it to the mirror. */
export async function projectSubscription(run: CommandRun, answer: Stamped<Stripe.Subscription>): Promise<void> {
  const { latest_invoice: invoice } = answer.value;
  await run.project([answer.value, typeof invoice === 'object' ? invoice : null], answer);
}
