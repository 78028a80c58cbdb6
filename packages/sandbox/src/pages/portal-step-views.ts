import { MERCHANT_NAME } from '../billing/payments/merchant.js';
import { isMetered, lastPeriodEnd } from '../billing/subscriptions/subscription-store.js';
import type { Transaction } from '../engine/transaction.js';
import type { Entries, Problem } from './card-entry.js';
import type { Html } from './document.js';
import type { Visit } from './portal-access.js';
import { addCardStep, cancelStep, customerStep, type PlanChoice, updateStep } from './portal-steps.js';
import { nameOf } from './portal-view.js';
import { interval, longDay, unitPrice } from './wording.js';

function frameOf({ session, base, inFlow, configuration }: Visit) {
  return {
    merchant: MERCHANT_NAME,
    headline: configuration.business_profile.headline,
    returnUrl: session.return_url,
    back: inFlow ? null : base,
  };
}

export function cancelPage(tx: Transaction, visit: Visit, id: string): Html {
  const { subscription_cancel } = visit.configuration.features;
  const subscription = tx.require('subscription', id);
  const name = nameOf(tx, subscription);
  const atOnce = subscription_cancel.mode === 'immediately';
  const { cancellation_reason: reason } = subscription_cancel;
  return cancelStep({
    ...frameOf(visit),
    action: `${visit.base}/subscriptions/${id}/cancel`,
    name,
    atOnce,
    effect: atOnce
      ? `${name} ends as soon as you confirm.`
      : `${name} stays yours until ${longDay(lastPeriodEnd(subscription))}. After that it is not renewed.`,
    reasons: reason.enabled ? reason.options : [],
  });
}

export function updatePage(tx: Transaction, visit: Visit, id: string, entries: Entries, problems: Problem[]): Html {
  const { subscription_update } = visit.configuration.features;
  const { currency, items } = tx.require('subscription', id);
  const [item] = items.data;
  const chosen = entries.price || item?.price.id;
  const choices = (subscription_update.products ?? []).flatMap(({ prices }) =>
    prices.flatMap((priceId) => choiceOf(tx, priceId, currency, item?.price.id, chosen)),
  );
  const seats = subscription_update.default_allowed_updates.includes('quantity') && item && !isMetered(item);
  const quantity = entries.quantity === undefined ? item?.quantity : Number(entries.quantity);
  return updateStep({
    ...frameOf(visit),
    action: `${visit.base}/subscriptions/${id}/update`,
    choices,
    problems,
    ...(seats && { quantity: quantity ?? 1 }),
    effect:
      subscription_update.proration_behavior === 'always_invoice'
        ? 'The change is made now, and the difference for the rest of the period is charged now.'
        : subscription_update.proration_behavior === 'create_prorations'
          ? 'The change is made now, and the difference for the rest of the period comes with your next invoice.'
          : 'The change is made now, and the new price applies from your next invoice.',
  });
}

function choiceOf(
  tx: Transaction,
  id: string,
  currency: string,
  current: string | undefined,
  chosen: string | undefined,
): PlanChoice[] {
  const price = tx.get('price', id);
  const cost = price && unitPrice(price, currency);
  if (!price?.active || cost === undefined) return [];
  return [
    {
      price: id,
      name: tx.get('product', price.product as string)?.name ?? id,
      cost: `${cost}${price.recurring ? ` per ${interval(price.recurring)}` : ''}`,
      current: id === current,
      chosen: id === chosen,
    },
  ];
}

export function addCardPage(visit: Visit, entries: Entries, problems: Problem[]): Html {
  return addCardStep({
    ...frameOf(visit),
    form: {
      action: `${visit.base}/payment-methods/new`,
      submit: 'Save card',
      busy: 'Saving…',
      entries,
      problems,
      note: `You allow ${MERCHANT_NAME} to charge this card for your plan.`,
    },
  });
}

export function customerPage(tx: Transaction, visit: Visit, _id: string, entries: Entries, problems: Problem[]): Html {
  const customer = tx.require('customer', visit.session.customer);
  return customerStep({
    ...frameOf(visit),
    action: `${visit.base}/customer`,
    name: entries.name ?? customer.name ?? '',
    email: entries.email ?? customer.email ?? '',
    problems,
  });
}
