import type { StripeError } from '../engine/errors.js';

/** What goes back: a JSON text with its status. */
export interface Answer {
  status: number;
  body: string;
}

/** Stripe's error object with the links it adds. */
export function errorAnswer(error: StripeError, requestId: string, nowSeconds: number): Answer {
  const { code, message, param, type, ...details } = error.body;
  const body = {
    error: {
      ...(code ? { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` } : {}),
      ...details,
      message,
      ...(param ? { param } : {}),
      request_log_url: `https://dashboard.stripe.com/test/logs/${requestId}?t=${nowSeconds}`,
      type,
    },
  };
  return { status: error.status, body: JSON.stringify(body, null, 2) };
}
