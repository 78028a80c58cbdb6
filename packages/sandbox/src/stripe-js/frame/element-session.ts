import type { StripeError } from '@stripe/stripe-js';
import { callApi } from '../api-call.js';
import type { FrameSetup } from '../element-types.js';

export interface SavedCard {
  id: string;
  allow_redisplay: string;
  billing_details: Record<string, unknown>;
  card: { brand: string; last4: string; exp_month: number; exp_year: number };
}

/** What the sandbox answers to `GET /v1/elements/sessions`, as far as frames use it. */
export interface ElementSession {
  payment_method_preference: {
    payment_intent?: { status: string; setup_future_usage: string | null };
    setup_intent?: { status: string };
  };
  customer: null | {
    payment_methods: SavedCard[];
    default_payment_method: string | null;
    customer_session: {
      api_key: string;
      components: { payment_element: { features: null | Record<string, string | number | string[]> } };
    };
  };
}

export async function loadSession({
  key,
  elements,
}: FrameSetup): Promise<{ session?: ElementSession; error?: StripeError }> {
  const { clientSecret, mode, amount, currency, setupFutureUsage, customerSessionClientSecret } = elements;
  const type = clientSecret
    ? String(clientSecret).startsWith('seti_')
      ? 'setup_intent'
      : 'payment_intent'
    : 'deferred_intent';
  const { object, error } = await callApi<ElementSession>(
    { origin: window.location.origin, key },
    'GET',
    '/v1/elements/sessions',
    {
      type,
      client_secret: clientSecret,
      customer_session_client_secret: customerSessionClientSecret,
      ...(!clientSecret && { deferred_intent: { mode, amount, currency, setup_future_usage: setupFutureUsage } }),
    },
  );
  return object ? { session: object } : { error };
}
