import type { BillingRefusal } from '../errors.js';
import { cardDeclined } from '../stripe/refusal.js';
import type { OpenIntent } from './next-step.js';
import type { CommandRun } from './run-command.js';

/** How Stripe's own attempt at a payment went: declined, still being processed, or waiting for the person (null). */
export async function chargeRefusal(
  run: CommandRun,
  intent: OpenIntent,
): Promise<BillingRefusal | 'processing' | null> {
  const { value } = await run.read((sdk) => sdk.paymentIntents.retrieve(intent.id));
  if (value.status === 'processing') return 'processing';
  const error = value.last_payment_error;
  if (value.status !== 'requires_payment_method' || !error) return null;
  return cardDeclined({ stripeCode: error.code, declineCode: error.decline_code, adviceCode: error.advice_code });
}
