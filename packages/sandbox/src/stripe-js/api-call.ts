import type { StripeError } from '@stripe/stripe-js';
import { encodeForm } from './form.js';

/** Who calls which sandbox. */
export interface ApiAccess {
  /** The sandbox's origin, e.g. `http://127.0.0.1:4010`. */
  origin: string;
  /** The publishable key. */
  key: string;
}

export type ApiAnswer<T> = { object: T; error?: undefined } | { object?: undefined; error: StripeError };

/** One request to Stripe's API at the sandbox with a publishable key; every failure is an `error` of Stripe.js' shape. */
export async function callApi<T>(
  { origin, key }: ApiAccess,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  params: object = {},
): Promise<ApiAnswer<T>> {
  const form = encodeForm(params);
  const inQuery = method === 'GET' && form !== '';
  try {
    const response = await fetch(`${origin}${path}${inQuery ? `?${form}` : ''}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(method === 'GET' ? {} : { body: form }),
    });
    const body = await response.json();
    return response.ok ? { object: body } : { error: body.error };
  } catch {
    return {
      error: { type: 'api_connection_error', message: `The Stripe sandbox at ${origin} could not be reached.` },
    };
  }
}
