import { openCommandsOf } from '../db/commands.js';
import type { Database } from '../db/connect.js';
import type { StripeGateway } from '../stripe/client.js';
import { StripeCallError } from '../stripe/errors.js';
import { type CallName, idempotentCall } from '../stripe/idempotent-calls.js';
import { canonical } from './canonical.js';

/** For so long Stripe may still be carrying out a request that it did not answer, in milliseconds. */
const IN_FLIGHT_MS = 120_000;
const starts: readonly string[] = ['subscriptions.create', 'checkout.sessions.create'];

/**
 * Starts of the account that Stripe gave no answer to and that may still come true after a look at its lists: repeated
 * with the same key and parameters, so that they have come true (or not) before a new start looks. One that would
 * charge a card at once is not repeated for somebody who has since chosen otherwise.
 */
export async function settleUnanswered(
  deps: { db: Database; stripe: StripeGateway },
  accountId: string,
  exceptCommand: string,
): Promise<void> {
  for (const command of await openCommandsOf(deps.db, accountId)) {
    if (command.id === exceptCommand) continue;
    for (const { call, params, key, sentAt, result, failed } of command.steps) {
      const inFlight = result === undefined && failed === undefined && Date.now() - Date.parse(sentAt) < IN_FLIGHT_MS;
      if (!inFlight || !starts.includes(call) || params.default_payment_method !== undefined) continue;
      try {
        await deps.stripe.call(idempotentCall(call as CallName, { params: canonical(params) as never, key }));
      } catch (error) {
        // A definite no has settled it, too.
        if (!(error instanceof StripeCallError) || passing.has(error.kind)) throw error;
      }
    }
  }
}

const passing = new Set<StripeCallError['kind']>(['unavailable', 'busy', 'throttled', 'unauthorized']);
