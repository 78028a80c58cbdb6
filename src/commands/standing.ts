import type { Stripe } from 'stripe';
import { baseItem } from '../access/base-item.js';
import type { HeldSubscription } from '../access/may-start.js';
import { groupsOfProducts } from '../db/catalogue-choice.js';
import type { Queryable } from '../db/connect.js';
import { subscriptionExpansions } from '../mirror/projectors/subscription.js';
import type { CommandRun } from './run-command.js';
import type { Stamped } from './steps.js';

/** Parts that a client confirms with, and those that the mirror needs. */
export const expand = ['latest_invoice.confirmation_secret', 'pending_setup_intent', ...subscriptionExpansions];

/** What a customer has in Stripe now: lists are of the moment, while events may still be on their way. */
export interface Standing {
  subscriptions: Stripe.Subscription[];
  held: HeldSubscription[];
  /** Open ones of ours. */
  sessions: Stripe.Checkout.Session[];
}

export async function standingOf(q: Queryable, run: Pick<CommandRun, 'read'>, customer: string): Promise<Standing> {
  const [subscriptions, sessions] = await Promise.all([
    everyPage((after) => run.read((sdk) => sdk.subscriptions.list({ customer, limit: 100, starting_after: after }))),
    everyPage((after) =>
      run.read((sdk) => sdk.checkout.sessions.list({ customer, status: 'open', limit: 100, starting_after: after })),
    ),
  ]);
  return { subscriptions, held: await heldFrom(q, subscriptions), sessions };
}

async function everyPage<T extends { id: string }>(
  page: (after: string | undefined) => Promise<Stamped<Stripe.ApiList<T>>>,
): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | undefined; ; ) {
    const { value } = await page(after);
    all.push(...value.data);
    after = value.data.at(-1)?.id;
    if (!value.has_more || after === undefined) return all;
  }
}

async function heldFrom(q: Queryable, subscriptions: readonly Stripe.Subscription[]): Promise<HeldSubscription[]> {
  const products = subscriptions.flatMap(({ items }) => items.data.map(({ price }) => productOf(price)));
  const groups = await groupsOfProducts(q, [...new Set(products)]);
  return subscriptions.map((subscription) => ({
    id: subscription.id,
    status: subscription.status,
    group: groupOf(subscription, groups),
    currency: subscription.currency,
    items: subscription.items.data.map(({ price, quantity }) => ({
      priceId: price.id,
      quantity: price.recurring?.usage_type === 'metered' ? null : (quantity ?? null),
    })),
    awaitsSetup: subscription.status === 'trialing' && subscription.pending_setup_intent !== null,
    defaultPaymentMethodId: idOf(subscription.default_payment_method),
    created: subscription.created,
  }));
}

function groupOf(subscription: Stripe.Subscription, groups: ReadonlyMap<string, string>): string | null {
  const items = subscription.items.data.map(({ price }) => ({
    usageType: price.recurring?.usage_type ?? null,
    group: groups.get(productOf(price)) ?? null,
  }));
  return baseItem(items)?.group ?? subscription.metadata.tollgate_group ?? null;
}

export function productOf({ product }: Stripe.Price): string {
  return typeof product === 'string' ? product : product.id;
}

export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null);
}
