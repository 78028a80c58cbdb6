import { recordAttempt } from '../../billing/checkout/checkout-intent.js';
import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { money } from '../../billing/wording.js';
import type { Engine } from '../../engine/engine.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import { attempt } from '../serve.js';
import { brandName } from '../wording.js';
import { afterwards } from './checkout-closed.js';
import { completeCheckout } from './checkout-completion.js';
import type { Payer } from './checkout-payer.js';
import { entriesOfPayer } from './checkout-refill.js';

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** A payment that waits for the person's bank, or that it refused. `id` is the session's. */
    _checkout_challenge: { id: string; payment_method: string; payer: Payer; failed?: true };
  }
}

/** The question that the bank still asks. */
export function challengeOf(tx: Transaction, id: string) {
  const challenge = tx.get('_checkout_challenge', id);
  return challenge?.failed ? undefined : challenge;
}

/** What the person had typed before the bank asked, the card left out. */
export function typedBefore(engine: Engine, id: string): Entries {
  const challenge = engine.transact((tx) => tx.get('_checkout_challenge', id));
  return challenge ? entriesOfPayer(challenge.payer) : {};
}

export type Result = { location: string } | { problems: Problem[] };

/** The person approved at the bank; its issuer may still decline. */
export function authenticate(engine: Engine, id: string): Result {
  const result = attempt<Result>(engine, (tx) => {
    const challenge = challengeOf(tx, id);
    if (!challenge) return { location: `/c/pay/${id}` };
    const method = tx.require('payment_method', challenge.payment_method);
    const session = completeCheckout(tx, tx.require('checkout.session', id), challenge.payer, method, true);
    tx.delete('_checkout_challenge', id);
    return { location: afterwards(session) };
  });
  if ('problems' in result) {
    engine.transact((tx) => {
      const challenge = tx.get('_checkout_challenge', id);
      const method = challenge && tx.get('payment_method', challenge.payment_method);
      if (method) recordAttempt(tx, tx.require('checkout.session', id), method, true);
      if (challenge) tx.patch('_checkout_challenge', id, { failed: true });
    });
  }
  return result;
}

export function challengeView(tx: Transaction, session: CheckoutSession) {
  const challenge = challengeOf(tx, session.id);
  const card = challenge && tx.get('payment_method', challenge.payment_method)?.card;
  if (!card) return undefined;
  const { amount_total, currency } = session;
  return {
    merchant: MERCHANT_NAME,
    action: `/c/pay/${session.id}/authenticate`,
    card: { brand: brandName(card.brand), last4: card.last4 },
    ...(amount_total && currency && { amount: money(amount_total, currency) }),
    ...(session.ui_mode === 'embedded_page' && { embedded: true }),
  };
}
