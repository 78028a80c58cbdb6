import { baseItem } from './base-item.js';
import type { PlanChoice } from './plan-choice.js';
import { type Refused, refuse } from './ruling.js';
import { isEnded } from './subscription-end.js';

export interface ChangeableItem {
  id: string;
  priceId: string;
  productId: string;
  /** `licensed` or `metered` */
  usageType: string | null;
  /** The product's plan group. */
  group: string | null;
  quantity: number | null;
}
export interface ChangeableSubscription {
  id: string;
  /** Stripe's own word. */
  status: string;
  collectionMethod: string | null;
  scheduleId: string | null;
  latestInvoiceId: string | null;
  currency: string | null;
  /** In Stripe's order. */
  items: readonly ChangeableItem[];
}
/** One entry of Stripe's `items` parameter. */
export interface ItemChange {
  id?: string;
  price?: string;
  quantity?: number;
  deleted?: true;
}

/** Why the plan of a subscription cannot change now; null when it can. */
export function planChangeRefusal(subscription: ChangeableSubscription): Refused | null {
  const { id: subscriptionId, status } = subscription;
  const not = (code: string, message: string, invoiceId?: string) =>
    refuse(code, message, { subscriptionId, ...(invoiceId === undefined ? {} : { invoiceId }) });
  if (isEnded(status)) return not('ALREADY_ENDED', 'This subscription has ended. Start a new one.');
  if (status === 'incomplete') {
    return not('CHANGE_NOT_SUPPORTED', 'This subscription was never paid. Start the other plan instead.');
  }
  if (status === 'past_due' || status === 'unpaid') {
    return not(
      'INVOICE_UNPAID',
      'An invoice waits for payment. Pay it first.',
      subscription.latestInvoiceId ?? undefined,
    );
  }
  if (status === 'paused') return not('CHANGE_NOT_SUPPORTED', 'This subscription is paused. Resume it first.');
  if (subscription.collectionMethod === 'send_invoice') {
    return not('CHANGE_NOT_SUPPORTED', 'This subscription is paid by invoice: its plan is changed by the seller.');
  }
  if (subscription.scheduleId !== null) {
    return not('CHANGE_PENDING', 'A change of this subscription is scheduled. Take it back first.');
  }
  return null;
}

/**
 * Stripe's `items` for a change of plan: the base item is replaced, the new plan's companions are added, the old
 * plan's removed (Stripe invoices their last usage with the change), other items are left alone.
 */
export function itemsAfterChange(subscription: ChangeableSubscription, choice: PlanChoice): ItemChange[] | Refused {
  const base = baseItem(subscription.items);
  if (!base) return refuse('CHANGE_NOT_SUPPORTED', 'This subscription has no item that stands for a plan.');
  if (base.group !== null && base.group !== choice.plan.group) {
    return refuse('CHANGE_NOT_SUPPORTED', 'This plan belongs to another group: it is subscribed to beside this one.');
  }
  const isCompanion = ({ productId, usageType, id }: ChangeableItem) =>
    id !== base.id && productId === base.productId && usageType === 'metered';
  const companions = subscription.items.filter(isCompanion);
  const wanted = new Set(choice.companions.map(({ id }) => id));
  const present = new Set(subscription.items.map(({ priceId }) => priceId));
  const removed = companions.filter(({ priceId }) => !wanted.has(priceId));
  const added = [...wanted].filter((priceId) => !present.has(priceId));
  const isSame = base.priceId === choice.price.id && base.quantity === choice.quantity;
  if (isSame && removed.length === 0 && added.length === 0) {
    return refuse('NO_CHANGE', 'The subscription is on this plan already.', { subscriptionId: subscription.id });
  }
  return [
    // Without its id Stripe would add an item instead of replacing the one there is.
    { id: base.id, price: choice.price.id, ...(choice.quantity === null ? {} : { quantity: choice.quantity }) },
    ...removed.map(({ id }) => ({ id, deleted: true as const })),
    ...added.map((price) => ({ price })),
  ];
}

/** What Stripe will have after a change, as price and quantity, in no particular order: to compare with what is pending. */
export function afterChange(items: readonly ChangeableItem[], changes: readonly ItemChange[]): string[] {
  const left = items.filter(({ id }) => !changes.some((change) => change.id === id));
  const made = changes.filter(({ deleted }) => !deleted).map(({ price, quantity = null }) => `${price}×${quantity}`);
  return [...left.map(({ priceId, quantity }) => `${priceId}×${quantity}`), ...made].sort();
}
