import type { Stripe } from 'stripe';
import { baseItem } from '../access/base-item.js';
import {
  afterChange,
  type ChangeableItem,
  type ChangeableSubscription,
  type ItemChange,
  itemsAfterChange,
  planChangeRefusal,
} from '../access/plan-change.js';
import { isRefused } from '../access/ruling.js';
import { groupsOfProducts } from '../db/catalogue-choice.js';
import type { Queryable } from '../db/connect.js';
import { BillingRefusal } from '../errors.js';
import { chargeRefusal } from './charge-refusal.js';
import { chosenPlan } from './chosen-plan.js';
import type { Deps } from './command-deps.js';
import { keepRunning } from './keep-subscription.js';
import { openIntentOf } from './next-step.js';
import { refusalOfRule } from './refusals.js';
import type { ChangeInput, SubscriptionRequest, SubscriptionResult } from './requests.js';
import type { CommandRun } from './run-command.js';
import { expand, idOf, productOf } from './standing.js';
import type { Stamped } from './steps.js';
import { projectSubscription, runOnSubscription, type SubscriptionOutcome } from './subscription-result.js';

const STEP = 'change';

/**
 * Another plan, interval or number of seats, now: the difference is invoiced at once, and where that is not paid the
 * old plan stays until it is (Stripe's pending update, 23 hours).
 */
export async function changePlan(deps: Deps, request: SubscriptionRequest<ChangeInput>): Promise<SubscriptionResult> {
  if (request.input.timing === 'AT_PERIOD_END') {
    const message = 'A change at the end of the period is not offered yet. Change now, or later.';
    throw new BillingRefusal('CHANGE_NOT_SUPPORTED', message, { field: ['change', 'timing'] });
  }
  return runOnSubscription(deps, 'subscriptionChangePlan', request, async (run, now) => {
    // What an earlier attempt at this very command did must not be weighed again.
    if (run.begun(STEP)) return conclude(run, now, await change(run, now, request.input, []));
    const changes = await decide(deps.db, now, request.input);
    const pending = await pendingAlready(run, now, changes.after);
    return pending ?? conclude(run, now, await change(run, now, request.input, changes.items));
  });
}

async function decide(q: Queryable, now: Stripe.Subscription, input: ChangeInput) {
  const subscription = await changeable(q, now);
  const refusal = planChangeRefusal(subscription);
  if (refusal) throw refusalOfRule(refusal, null);
  const base = baseItem(subscription.items);
  const keepsSeats = input.quantity == null && base?.usageType === 'licensed';
  const choice = await chosenPlan(q, input, now.currency, 'change');
  const seats = keepsSeats && choice.quantity !== null ? (base.quantity ?? choice.quantity) : choice.quantity;
  const items = itemsAfterChange(subscription, { ...choice, quantity: seats });
  if (isRefused(items)) throw refusalOfRule(items, 'change');
  return { items, after: afterChange(subscription.items, items) };
}

async function changeable(q: Queryable, now: Stripe.Subscription): Promise<ChangeableSubscription> {
  const groups = await groupsOfProducts(q, [...new Set(now.items.data.map(({ price }) => productOf(price)))]);
  return {
    id: now.id,
    status: now.status,
    collectionMethod: now.collection_method,
    scheduleId: idOf(now.schedule),
    latestInvoiceId: idOf(now.latest_invoice),
    currency: now.currency,
    items: now.items.data.map((item) => changeableItem(item, groups)),
  };
}

function changeableItem({ id, price, quantity }: Stripe.SubscriptionItem, groups: Map<string, string>): ChangeableItem {
  const usageType = price.recurring?.usage_type ?? null;
  const productId = productOf(price);
  return {
    id,
    priceId: price.id,
    productId,
    usageType,
    group: groups.get(productId) ?? null,
    quantity: usageType === 'metered' ? null : (quantity ?? null),
  };
}

/** The same change, waiting for its payment: it is answered again. */
async function pendingAlready(
  run: CommandRun,
  now: Stripe.Subscription,
  wanted: readonly string[],
): Promise<SubscriptionOutcome | null> {
  const items = now.pending_update?.subscription_items;
  if (!items) return null;
  const none = new Map<string, string>();
  const pending = afterChange(
    items.map((item) => changeableItem(item, none)),
    [],
  );
  if (pending.join() !== wanted.join()) return null;
  const answer = await run.read((sdk) => sdk.subscriptions.retrieve(now.id, { expand }));
  return conclude(run, now, answer);
}

async function change(
  run: CommandRun,
  now: Stripe.Subscription,
  { prorationDate }: ChangeInput,
  items: ItemChange[],
): Promise<Stamped<Stripe.Subscription>> {
  const reread = (sdk: Stripe, id: string) => sdk.subscriptions.retrieve(id, { expand });
  return run.step({
    name: STEP,
    call: 'subscriptions.update',
    target: now.id,
    params: {
      items,
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
      ...(prorationDate == null ? {} : { proration_date: Math.floor(prorationDate.getTime() / 1000) }),
      // Whoever changes plans goes on: withdrawn with the change, and only if it is paid.
      ...(now.cancel_at_period_end ? { cancel_at_period_end: false } : {}),
      metadata: { tollgate_command: run.commandId },
      expand,
    },
    find: async () => {
      const { value } = await run.read((sdk) => reread(sdk, now.id));
      const made = [value.metadata, value.pending_update?.metadata];
      return made.some((metadata) => metadata?.tollgate_command === run.commandId) ? value : null;
    },
    reread,
  });
}

async function conclude(
  run: CommandRun,
  before: Stripe.Subscription,
  answer: Stamped<Stripe.Subscription>,
): Promise<SubscriptionOutcome> {
  await projectSubscription(run, answer);
  const now = answer.value;
  if (!now.pending_update) {
    // The portal's way of scheduling an end cannot be withdrawn in the same call.
    if (before.cancel_at !== null && !before.cancel_at_period_end && now.cancel_at !== null)
      await keepRunning(run, now);
    return { subscriptionId: now.id };
  }
  const intent = openIntentOf(now);
  const charge = intent && (await chargeRefusal(run, intent));
  if (charge === 'processing') return { subscriptionId: now.id };
  return { subscriptionId: now.id, intent, ...(charge ? { refusal: charge } : {}) };
}
