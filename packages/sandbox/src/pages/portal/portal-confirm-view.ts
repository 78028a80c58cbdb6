import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { amountOf } from '../../billing/pricing/amounts.js';
import { lastPeriodEnd } from '../../billing/subscriptions/subscription-store.js';
import { money } from '../../billing/wording.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import type { Html } from '../document.js';
import { interval, longDay } from '../wording.js';
import type { Visit } from './portal-access.js';
import { billedNow, isUnchanged, type PlanChange, readPlanChange, waitsForPeriodEnd } from './portal-plan-change.js';
import { frameOf } from './portal-step-views.js';
import { type ConfirmView, confirmStep } from './portal-steps.js';

/** What the change means before it is made. */
export function confirmPage(tx: Transaction, visit: Visit, id: string, entries: Entries, problems: Problem[]): Html {
  const change = readPlanChange(tx, visit, id, entries);
  const { subscription, price, quantity } = change;
  const name = tx.get('product', price.product as string)?.name ?? price.id;
  const amount = money(amountOf(price, subscription.currency, quantity ?? 1), subscription.currency);
  const rhythm = price.recurring ? ` per ${interval(price.recurring)}` : '';
  const base = `${visit.base}/subscriptions/${id}`;
  return confirmStep({
    ...frameOf(visit),
    ...(visit.inFlow ? {} : { back: `${base}/update` }),
    action: `${base}/confirm`,
    fields: { price: price.id, quantity: quantity?.toString() ?? '', code: entries.code ?? '' },
    name,
    cost: `${amount}${rhythm}`,
    quantity: quantity !== undefined && quantity !== 1 ? quantity : null,
    ...meaningOf(tx, change),
    unchanged: isUnchanged(change),
    problems,
    merchant: MERCHANT_NAME,
  });
}

function meaningOf(tx: Transaction, change: PlanChange): Pick<ConfirmView, 'due' | 'effect'> {
  const { subscription, settings } = change;
  if (waitsForPeriodEnd(change)) {
    const day = longDay(lastPeriodEnd(subscription));
    return { due: money(0, subscription.currency), effect: `Your plan stays as it is until ${day}, and changes then.` };
  }
  const invoice = billedNow(tx, change);
  const due = money(invoice?.amount_due ?? 0, subscription.currency);
  if (invoice)
    return { due, effect: 'The change is made now, and what it costs for the rest of the period is charged now.' };
  return {
    due,
    effect:
      settings.proration_behavior === 'none'
        ? 'The change is made now, and the new price applies from your next invoice.'
        : 'The change is made now, and the difference for the rest of the period comes with your next invoice.',
  };
}
