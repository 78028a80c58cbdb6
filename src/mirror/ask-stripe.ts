import type { Stripe } from 'stripe';
import type { StripeAnswer, StripeGateway } from '../stripe/client.js';
import { type Bounds, boundsOf, spanning } from './decide.js';
import type { Ask } from './projector.js';
import type { ReadPace } from './read-pace.js';

export interface Answered<T> {
  value: T;
  bounds: Bounds;
}

export interface StripeReader {
  /** One paced request. */
  once<T>(request: (sdk: Stripe) => Promise<Stripe.Response<T>>): Promise<StripeAnswer<T>>;
  /**
   * A read of as many requests as it needs; the state it shows lies within the bounds of them all. `between` runs
   * before each request but the first.
   */
  read<T>(work: (ask: Ask) => Promise<T>, between?: () => Promise<unknown>): Promise<Answered<T>>;
}

export function createStripeReader(stripe: StripeGateway, pace: ReadPace): StripeReader {
  const once: StripeReader['once'] = (request) => pace.run(() => stripe.call(request));
  return {
    once,
    async read(work, between) {
      let bounds: Bounds | null = null;
      const value = await work(async (request) => {
        if (bounds) await between?.();
        const answer = await once(request);
        bounds = bounds ? spanning(bounds, boundsOf(answer)) : boundsOf(answer);
        return answer.value;
      });
      if (!bounds) throw new Error('A read asked Stripe for nothing.');
      return { value, bounds };
    },
  };
}
