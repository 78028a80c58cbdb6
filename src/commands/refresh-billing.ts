import { mayRefresh } from '../db/command-reads.js';
import { BillingRefusal } from '../errors.js';
import type { Deps } from './command-deps.js';
import { commandedAccount } from './commanded-account.js';
import type { CommandRequest } from './requests.js';

/** Reads the account again from Stripe, so that a return page need not wait for a webhook. Answers the account's id. */
export async function refreshBilling(
  deps: Deps,
  request: Omit<CommandRequest<unknown>, 'input' | 'idempotencyKey'>,
): Promise<string> {
  const { refreshEvery } = deps.settings;
  const account = await commandedAccount(deps.db, request.viewer, request.accountRef);
  if (!(await mayRefresh(deps.db, account.id, refreshEvery))) {
    const retryAfterSeconds = Math.max(1, Math.ceil(refreshEvery));
    throw new BillingRefusal('THROTTLED', `This account was refreshed just now. Wait ${retryAfterSeconds} s.`, {
      retryable: true,
      details: { retryAfterSeconds },
    });
  }
  await deps.mirror.refreshAccount(account.id);
  return account.id;
}
