import type { Stripe, StripeConstructorOptions } from '@stripe/stripe-js';
import { type ApiAccess, type ApiAnswer, callApi } from './api-call.js';
import { IntegrationError } from './integration-error.js';

/** What every method of one `Stripe` object works with. */
export interface StripeContext extends ApiAccess {
  locale: string;
  /** Calls Stripe's API at the sandbox with the publishable key. */
  call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, params?: object): Promise<ApiAnswer<T>>;
}

/** A file's share of the `Stripe` object. Add one to `METHODS` in stripe.ts. */
export type MethodGroup = (context: StripeContext) => Partial<Stripe>;

const HONOURED = ['locale', 'apiVersion', 'developerTools'];

/** @throws IntegrationError for a key that is no test publishable key, and for options that the sandbox does not honour */
export function createContext(origin: string, key: unknown, options: StripeConstructorOptions = {}): StripeContext {
  if (typeof key !== 'string' || key === '') {
    throw new IntegrationError('Please call Stripe() with your publishable key. You used an empty string.');
  }
  if (/^(sk|rk)_/.test(key)) {
    throw new IntegrationError(
      'You should not use your secret key with Stripe.js. Please pass a publishable key instead.',
    );
  }
  if (!/^pk_test_\w+$/.test(key)) {
    throw new IntegrationError(
      `The Stripe sandbox takes publishable test keys only (pk_test_…), not ${key.slice(0, 8)}….`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || HONOURED.includes(name)) continue;
    throw new IntegrationError(`Stripe(): the sandbox does not honour the option ${name}. Leave it out.`);
  }
  const access = { origin, key };
  return {
    ...access,
    locale: options.locale ?? 'auto',
    call: (method, path, params) => callApi(access, method, path, params),
  };
}
