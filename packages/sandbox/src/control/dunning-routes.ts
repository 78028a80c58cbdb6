import type { Hono } from 'hono';
import { type DunningSettings, dunningSettings } from '../billing/invoices/dunning.js';
import type { Engine } from '../engine/engine.js';
import { isCount, isOneOf, readBody } from './body.js';

interface Given {
  /** Days from each failed attempt to the next; an empty list never tries again. */
  retryDays?: number[];
  /** Days after the due date of a sent invoice at which the final action comes; null for never. */
  overdueDays?: number | null;
  finalAction?: DunningSettings['final_action'];
}

/** The account's settings for renewals that are not paid, which Stripe keeps in its dashboard. */
export function dunningRoutes(app: Hono, engine: Engine): void {
  const shown = ({ retry_days, overdue_days, final_action }: DunningSettings) => ({
    retryDays: retry_days,
    ...(overdue_days != null && { overdueDays: overdue_days }),
    finalAction: final_action,
  });
  app.get('/_sandbox/dunning', (c) => c.json(shown(engine.transact(dunningSettings))));
  app.post('/_sandbox/dunning', async (c) => {
    const { retryDays, overdueDays, finalAction } = await readBody<Given>(c, {
      retryDays: (value) => Array.isArray(value) && value.every(isCount),
      overdueDays: (value) => value === null || isCount(value),
      finalAction: isOneOf('cancel', 'unpaid', 'past_due'),
    });
    const settings = engine.transact((tx) => {
      const before = dunningSettings(tx);
      const retry_days = retryDays ?? before.retry_days;
      const overdue_days = overdueDays === undefined ? (before.overdue_days ?? null) : overdueDays;
      return tx.put('_dunning', {
        ...before,
        retry_days,
        overdue_days,
        final_action: finalAction ?? before.final_action,
      });
    });
    return c.json(shown(settings));
  });
}
