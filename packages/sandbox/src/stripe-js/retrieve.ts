import type { PaymentIntent, SetupIntent } from '@stripe/stripe-js';
import { type IntentKind, intentOf } from './client-secret.js';
import type { MethodGroup, StripeContext } from './context.js';
import { act, type IntentOutcome, retrieve } from './next-action.js';

async function retrieved(context: StripeContext, kind: IntentKind, method: string, secret: string) {
  return retrieve(context, intentOf(secret, `stripe.${method} intent secret`, kind));
}

async function handled(context: StripeContext, method: string, secret: unknown): Promise<IntentOutcome> {
  const { intent, error } = await retrieve(context, intentOf(secret, `stripe.${method} intent secret`));
  return error ? { error } : act(context, intent);
}

const asPayment = ({ intent, error }: IntentOutcome) =>
  error ? { error } : { paymentIntent: intent as PaymentIntent };
const asSetup = ({ intent, error }: IntentOutcome) => (error ? { error } : { setupIntent: intent as SetupIntent });
const asEither = (outcome: IntentOutcome) =>
  outcome.intent?.id.startsWith('seti_') ? asSetup(outcome) : asPayment(outcome);

/** Looking at an intent, and doing what it still asks for. */
export const retrieveMethods: MethodGroup = (context) => ({
  retrievePaymentIntent: async (secret) =>
    asPayment(await retrieved(context, 'payment_intent', 'retrievePaymentIntent', secret)),
  retrieveSetupIntent: async (secret) =>
    asSetup(await retrieved(context, 'setup_intent', 'retrieveSetupIntent', secret)),
  handleNextAction: async (options) =>
    asEither(
      await handled(context, 'handleNextAction', (options as { clientSecret: string } | undefined)?.clientSecret),
    ),
  handleCardAction: async (secret) => asPayment(await handled(context, 'handleCardAction', secret)),
});
