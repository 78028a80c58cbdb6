import type { Stripe } from 'stripe';
import { StripeCallError } from '../stripe/errors.js';
import type { CommandRun } from './run-command.js';

/** Ends subscriptions that were begun and never paid. */
export async function withdrawStarts(run: CommandRun, subscriptionIds: readonly string[]): Promise<void> {
  for (const id of subscriptionIds) {
    const answer = await run.step({
      name: `withdraw ${id}`,
      call: 'subscriptions.cancel',
      target: id,
      params: { expand: ['latest_invoice'] },
      find: async () => {
        const { value } = await run.read((sdk) => sdk.subscriptions.retrieve(id));
        return value.status === 'canceled' || value.status === 'incomplete_expired' ? value : null;
      },
      reread: (sdk, target) => sdk.subscriptions.retrieve(target, { expand: ['latest_invoice'] }),
    });
    const invoice = expanded(answer.value.latest_invoice);
    if (invoice?.status === 'paid' && invoice.amount_paid > 0) {
      const about = { subscriptionId: id, invoiceId: invoice.id, customerId: answer.value.customer };
      run.log.error(about, 'A start was paid in the moment in which it was withdrawn: its invoice is to be refunded.');
    }
    await run.project([answer.value, invoice], answer);
  }
}

/**
 * Makes open Checkout pages unpayable. Answers false when one was just completed: then the account has what was paid
 * there, and whoever asked must look again.
 */
export async function expireSessions(run: CommandRun, sessionIds: readonly string[]): Promise<boolean> {
  let all = true;
  for (const id of sessionIds) {
    try {
      const answer = await run.step({
        name: `expire ${id}`,
        call: 'checkout.sessions.expire',
        target: id,
        params: {},
        find: async () => {
          const { value } = await run.read((sdk) => sdk.checkout.sessions.retrieve(id));
          return value.status === 'open' ? null : value;
        },
        reread: (sdk, target) => sdk.checkout.sessions.retrieve(target),
      });
      await run.project(answer.value, answer);
    } catch (error) {
      // Stripe expires open ones only.
      if (!(error instanceof StripeCallError) || error.kind !== 'refused') throw error;
      all = false;
      const answer = await run.read((sdk) => sdk.checkout.sessions.retrieve(id));
      await run.project(answer.value, answer);
    }
  }
  return all;
}

function expanded(invoice: string | Stripe.Invoice | null): Stripe.Invoice | null {
  return typeof invoice === 'object' ? invoice : null;
}
