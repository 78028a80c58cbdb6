import { type Refused, refuse } from './ruling.js';
import { isEnded } from './subscription-end.js';

/** A subscription that the account has or had, as far as a new start must know. */
export interface HeldSubscription {
  id: string;
  /** Stripe's own word. */
  status: string;
  /** The plan group of its base item; null when nothing tells. */
  group: string | null;
  currency: string | null;
  items: readonly { priceId: string; quantity: number | null }[];
  /** On trial, and the payment method that was asked for was never given. */
  awaitsSetup: boolean;
  defaultPaymentMethodId: string | null;
  /** Stripe's seconds. */
  created: number;
}
export interface StartWish {
  group: string;
  currency: string;
  items: readonly { priceId: string; quantity: number | null }[];
  /** Charged at once, where it is given. */
  paymentMethodId: string | null;
}
export interface StartRuling {
  /** The subscription begun earlier for the same choice: it is answered again. Null: a new one is started. */
  again: string | null;
  /** Incomplete ones of the group for another choice: they are withdrawn first. */
  withdraw: string[];
}

/** Whether a subscription of a group may be started, and what of earlier starts is in its way. */
export function mayStart(wish: StartWish, held: readonly HeldSubscription[]): StartRuling | Refused {
  const ofGroup = held
    .filter(({ group, status }) => group === wish.group && !isEnded(status))
    .sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
  const live = ofGroup.filter(({ status }) => status !== 'incomplete');
  const begun = ofGroup.filter(({ status }) => status === 'incomplete');

  const awaiting = live.find((each) => each.awaitsSetup && isSameChoice(each, wish));
  const [inTheWay] = live.filter((each) => each !== awaiting);
  if (inTheWay) {
    return refuse(
      'ALREADY_SUBSCRIBED',
      'The account has a subscription to a plan of this group. Change that one instead.',
      {
        subscriptionId: inTheWay.id,
      },
    );
  }
  const again = awaiting ?? begun.find((each) => isSameChoice(each, wish) && hasSameMethod(each, wish)) ?? null;
  return { again: again?.id ?? null, withdraw: begun.filter((each) => each !== again).map(({ id }) => id) };
}

function isSameChoice(held: HeldSubscription, wish: StartWish): boolean {
  const list = (items: StartWish['items']) =>
    items
      .map(({ priceId, quantity }) => `${priceId}×${quantity}`)
      .sort()
      .join();
  return held.currency === wish.currency && list(held.items) === list(wish.items);
}

// With a method given the first invoice is charged to it at once: another method is another attempt.
function hasSameMethod(held: HeldSubscription, wish: StartWish): boolean {
  return wish.paymentMethodId === null || held.defaultPaymentMethodId === wish.paymentMethodId;
}
