import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { PaymentMethod } from './payment-methods.js';

export type ConfirmationToken = StripeObjects['confirmation_token'];

declare module '../../engine/objects.js' {
  interface InternalRecords {
    /** What a confirmation token stands for. `id` is the token's. */
    _confirmation_token: { id: string; paymentMethod: string };
  }
}

/** Not established: how long Stripe keeps a token that nobody uses. */
const LIFE = 12 * 60 * 60;

export interface NewToken {
  paymentMethod: PaymentMethod;
  return_url?: string;
  setup_future_usage?: 'off_session' | 'on_session';
  metadata?: Record<string, string>;
}

/** What was collected on a page, for the page's server to confirm an intent with, once. */
export function createConfirmationToken(tx: Transaction, given: NewToken): ConfirmationToken {
  const { paymentMethod: method } = given;
  const id = tx.newId('confirmation_token');
  tx.put('_confirmation_token', { id, paymentMethod: method.id });
  return tx.put('confirmation_token', {
    id,
    object: 'confirmation_token',
    created: tx.now(),
    expires_at: tx.now() + LIFE,
    livemode: false,
    mandate_data: null,
    metadata: given.metadata ?? {},
    payment_intent: null,
    payment_method_options: null,
    payment_method_preview: {
      allow_redisplay: method.allow_redisplay,
      billing_details: method.billing_details,
      // The two typings of a card differ in nothing that test cards have.
      card: method.card as NonNullable<ConfirmationToken['payment_method_preview']>['card'],
      customer: method.customer,
      customer_account: null,
      type: 'card',
    },
    return_url: given.return_url ?? null,
    setup_future_usage: given.setup_future_usage ?? null,
    setup_intent: null,
    shipping: null,
    use_stripe_sdk: true,
  });
}

/** The confirmation parameters that a token stands for. @throws 400 for one that is used or expired */
export function useConfirmationToken(
  tx: Transaction,
  id: string,
  kind: 'payment_intent' | 'setup_intent',
  intent: string,
) {
  const token = tx.require('confirmation_token', id, 'confirmation_token');
  const record = tx.get('_confirmation_token', id);
  if (!record || token.payment_intent || token.setup_intent || (token.expires_at ?? 0) <= tx.now()) {
    // Not established: Stripe's words for this.
    throw invalidRequest(`The ConfirmationToken ${id} has already been used or has expired. Create a new one.`, {
      param: 'confirmation_token',
    });
  }
  tx.patch('confirmation_token', id, { [kind]: intent });
  return {
    payment_method: record.paymentMethod,
    use_stripe_sdk: token.use_stripe_sdk,
    ...(token.return_url && { return_url: token.return_url }),
    ...(token.setup_future_usage && { setup_future_usage: token.setup_future_usage as 'off_session' | 'on_session' }),
  };
}
