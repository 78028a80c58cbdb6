import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { lastPeriodEnd } from '../../billing/subscriptions/subscription-store.js';
import { money } from '../../billing/wording.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import type { Html } from '../document.js';
import { interval, longDay, plural, unitPrice } from '../wording.js';
import type { Visit } from './portal-access.js';
import { offeredPrices, quantityRule } from './portal-plan-change.js';
import { addCardStep, cancelStep, type PlanChoice, updateStep } from './portal-steps.js';
import { linksOf, nameOf } from './portal-view.js';

export function frameOf({ session, base, inFlow, configuration }: Visit) {
  return {
    merchant: MERCHANT_NAME,
    headline: configuration.business_profile.headline,
    returnUrl: session.return_url,
    links: linksOf(configuration),
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
    ...offerOf(tx, visit, id),
  });
}

/** A coupon that the flow holds out to those who want to leave. */
function offerOf(tx: Transaction, { session, inFlow, base }: Visit, id: string) {
  const offered = session.flow?.subscription_cancel?.retention?.coupon_offer?.coupon;
  const coupon = inFlow && offered ? tx.get('coupon', offered as string) : undefined;
  if (!coupon) return {};
  const off =
    coupon.percent_off !== null ? `${coupon.percent_off}%` : money(coupon.amount_off ?? 0, coupon.currency ?? 'usd');
  const months = coupon.duration_in_months ?? 1;
  const time = { forever: '', once: ' on your next invoice', repeating: ` for ${plural(months, 'month')}` };
  const text = `Stay, and get ${off} off${time[coupon.duration as 'once'] ?? ''}.`;
  return { offer: { text, action: `${base}/subscriptions/${id}/retain` } };
}

export function updatePage(tx: Transaction, visit: Visit, id: string, entries: Entries, problems: Problem[]): Html {
  const { subscription_update: settings } = visit.configuration.features;
  const { currency, items } = tx.require('subscription', id);
  const [item] = items.data;
  const current = item?.price.id ?? '';
  const chosen = entries.price || current;
  const offered = offeredPrices(settings, current);
  const choices = offered.flatMap((price) => choiceOf(tx, price, currency, current, chosen));
  const rules = offered.flatMap((price) => quantityRule(settings, price) ?? []);
  const seats = rules.length > 0 && item !== undefined;
  const highest = rules.map(({ maximum }) => maximum ?? Infinity).reduce((a, b) => Math.max(a, b), 0);
  return updateStep({
    ...frameOf(visit),
    action: `${visit.base}/subscriptions/${id}/confirm`,
    choices,
    problems,
    ...(seats && {
      quantity: {
        value: Number(entries.quantity ?? item.quantity ?? 1),
        minimum: Math.min(...rules.map(({ minimum }) => minimum)),
        maximum: highest === Infinity ? null : highest,
      },
    }),
    code: settings.default_allowed_updates.includes('promotion_code') ? (entries.code ?? '') : null,
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
