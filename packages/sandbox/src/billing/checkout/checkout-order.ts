import type Stripe from 'stripe';
import { invalidRequest } from '../../engine/errors.js';
import { newId } from '../../engine/ids.js';
import type { Stored } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { discountFor } from './checkout-discounts.js';
import { type AdjustableQuantity, type CheckoutPlan, type CheckoutSession, planOf } from './checkout-plan.js';
import { type CheckoutTotals, totalsOf } from './checkout-totals.js';

type LineItem = Stored<Stripe.LineItem>;

/** Now, by the clock of the session's customer. */
export function sessionNow(tx: Transaction, { customer }: Pick<CheckoutSession, 'customer'>): number {
  return tx.now((customer && tx.get('customer', customer as string)?.test_clock) || null);
}

/** What an open session's buyer changes: the plan, and with it the session's amounts. */
export function changeOrder(
  tx: Transaction,
  session: CheckoutSession,
  changes: Partial<Pick<CheckoutPlan, 'discounts' | 'items' | 'optional'>>,
): CheckoutSession {
  const plan = tx.put('_checkout', { ...planOf(tx, session.id), ...changes });
  return tx.patch('checkout.session', session.id, orderMembers(tx, plan, session));
}

/** The session's members that follow from what is ordered. */
export function orderMembers(
  tx: Transaction,
  plan: CheckoutPlan,
  session: Pick<CheckoutSession, 'currency' | 'customer'>,
): Partial<CheckoutSession> {
  const totals = totalsOf(tx, plan, session.currency as string, sessionNow(tx, session));
  return {
    amount_subtotal: totals.subtotal,
    amount_total: totals.total,
    discounts: plan.discounts.map(({ coupon, promotion_code }) => ({ coupon, promotion_code })),
    total_details: { amount_discount: totals.discount, amount_shipping: 0, amount_tax: 0 },
  };
}

/** Puts a promotion code on an open session, or takes it away with null. */
export function discountSession(tx: Transaction, session: CheckoutSession, code: string | null): CheckoutSession {
  const use = {
    customer: session.customer as string | null,
    subtotal: session.amount_subtotal ?? 0,
    currency: session.currency,
  };
  const discounts = code === null ? [] : [discountFor(tx, { code }, use)];
  return changeOrder(tx, session, { discounts });
}

/** @throws 400 for a quantity that the item's limits forbid */
export function setQuantity(tx: Transaction, session: CheckoutSession, id: string, quantity: number): CheckoutSession {
  const plan = planOf(tx, session.id);
  const item = plan.items.find((candidate) => candidate.id === id);
  if (!item?.adjustable?.enabled) throw invalidRequest('The quantity of this item cannot be changed.');
  requireWithin(item.adjustable, quantity);
  const items = plan.items.map((each) => (each.id === id ? { ...each, quantity } : each));
  if (quantity > 0) return changeOrder(tx, session, { items });
  const left = items.filter((each) => each.id !== id);
  requireSomething(tx, session, left);
  return changeOrder(tx, session, { items: left, optional: unchosen(plan, id) });
}

/** Adds an optional item to the order, or takes it away. */
export function chooseOptional(tx: Transaction, session: CheckoutSession, at: number, wanted: boolean): void {
  const plan = planOf(tx, session.id);
  const offer = plan.optional[at];
  if (!offer || wanted === (offer.chosen !== null)) return;
  if (!wanted) {
    const items = plan.items.filter(({ id }) => id !== offer.chosen);
    requireSomething(tx, session, items);
    changeOrder(tx, session, { items, optional: unchosen(plan, offer.chosen) });
    return;
  }
  const { price, quantity, adjustable } = offer;
  const item = { id: newId('li'), price, quantity, adjustable, metadata: {} };
  const optional = plan.optional.map((each, place) => (place === at ? { ...each, chosen: item.id } : each));
  changeOrder(tx, session, { items: [...plan.items, item], optional });
}

function requireSomething(tx: Transaction, { mode }: CheckoutSession, items: CheckoutPlan['items']): void {
  const recurs = ({ price }: { price: string }) => tx.require('price', price, 'price').type === 'recurring';
  if (mode === 'subscription' ? items.some(recurs) : items.length > 0) return;
  throw invalidRequest('At least one item must remain.');
}

function unchosen({ optional }: CheckoutPlan, id: string | null): CheckoutPlan['optional'] {
  return optional.map((each) => (each.chosen === id ? { ...each, chosen: null } : each));
}

function requireWithin({ minimum, maximum }: AdjustableQuantity, quantity: number): void {
  if (Number.isInteger(quantity) && quantity >= minimum && quantity <= maximum) return;
  throw invalidRequest(`Choose a quantity from ${minimum} to ${maximum}.`, { param: 'quantity' });
}

/** The session's `line_items`, as Stripe lists them. */
export function lineItemsOf(tx: Transaction, session: CheckoutSession): LineItem[] {
  if (session.mode === 'setup' || !session.currency) return [];
  const { lines } = totalsOf(tx, planOf(tx, session.id), session.currency, sessionNow(tx, session));
  return lines.map((line) => lineItem(tx, session.currency as string, line));
}

function lineItem(
  tx: Transaction,
  currency: string,
  { item, price, subtotal, discount }: CheckoutTotals['lines'][number],
): LineItem {
  return {
    id: item.id,
    object: 'item',
    adjustable_quantity: item.adjustable,
    amount_discount: discount,
    amount_subtotal: subtotal,
    amount_tax: 0,
    amount_total: subtotal - discount,
    currency,
    description: tx.get('product', price.product as string)?.name ?? null,
    metadata: item.metadata,
    price,
    quantity: item.quantity,
  };
}
