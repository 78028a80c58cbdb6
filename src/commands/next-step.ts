import type { Stripe } from 'stripe';
import type { StripeGateway } from '../stripe/client.js';
import type { StoredIntent } from './outcome.js';
import type { NextStep } from './requests.js';
import { idOf } from './standing.js';

/** Stripe gives up an unpaid start after 23 hours. */
const INCOMPLETE_SECONDS = 23 * 3_600;

/** An intent that waits for the person, with its secret, which never goes into the ledger. */
export interface OpenIntent extends StoredIntent {
  clientSecret: string;
}

/** What a subscription just started or changed still needs of the person; null when it is nothing. */
export function openIntentOf(subscription: Stripe.Subscription): OpenIntent | null {
  const { latest_invoice: invoice, pending_setup_intent: setup, pending_update: pending, status } = subscription;
  const customerId = idOf(subscription.customer) ?? '';
  if (status === 'incomplete' || pending) {
    const secret = typeof invoice === 'object' ? invoice?.confirmation_secret?.client_secret : undefined;
    if (!secret) return null;
    const expiresAt = pending ? pending.expires_at : subscription.created + INCOMPLETE_SECONDS;
    return { kind: 'CONFIRM_PAYMENT', id: intentOf(secret), clientSecret: secret, customerId, expiresAt };
  }
  if (typeof setup !== 'object' || !setup?.client_secret || !setup.status.startsWith('requires_')) return null;
  return { kind: 'CONFIRM_SETUP', id: setup.id, clientSecret: setup.client_secret, customerId, expiresAt: null };
}

/** `pi_1_secret_2` is the secret of `pi_1`. */
function intentOf(secret: string): string {
  return secret.split('_secret_', 1)[0] ?? secret;
}

export function storedIntent({ kind, id, customerId, expiresAt }: OpenIntent): StoredIntent {
  return { kind, id, customerId, expiresAt };
}

/** The same intent again, for an outcome that is answered once more. */
export async function reopenIntent(stripe: StripeGateway, stored: StoredIntent): Promise<OpenIntent> {
  const { value } =
    stored.kind === 'CONFIRM_PAYMENT'
      ? await stripe.call<{ client_secret: string | null }>((sdk) => sdk.paymentIntents.retrieve(stored.id))
      : await stripe.call<{ client_secret: string | null }>((sdk) => sdk.setupIntents.retrieve(stored.id));
  return { ...stored, clientSecret: value.client_secret ?? '' };
}

export function confirmStep(intent: OpenIntent, publishableKey: string | null): NextStep {
  const { kind, id: intentId, clientSecret, customerId, expiresAt } = intent;
  return { kind, intentId, clientSecret, customerId, publishableKey, expiresAt };
}
