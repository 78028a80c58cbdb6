import type { Hono } from 'hono';
import { type DunningSettings, dunningSettings } from '../billing/invoices/dunning.js';
import type { Engine } from '../engine/engine.js';
import { isCount, isOneOf, readBody } from './body.js';

interface Given {
  /** Days from each failed attempt to the next; an empty list never tries again. */
  retryDays?: number[];
  finalAction?: DunningSettings['final_action'];
}

/** The account's settings for renewals that fail, which Stripe keeps in its dashboard. */
export function dunningRoutes(app: Hono, engine: Engine): void {
  const shown = ({ retry_days, final_action }: DunningSettings) => ({
    retryDays: retry_days,
    finalAction: final_action,
  });
  app.get('/_sandbox/dunning', (c) => c.json(shown(engine.transact(dunningSettings))));
  app.post('/_sandbox/dunning', async (c) => {
    const { retryDays, finalAction } = await readBody<Given>(c, {
      retryDays: (value) => Array.isArray(value) && value.every(isCount),
      finalAction: isOneOf('cancel', 'unpaid', 'past_due'),
    });
    const settings = engine.transact((tx) => {
      const before = dunningSettings(tx);
      const retry_days = retryDays ?? before.retry_days;
      return tx.put('_dunning', { ...before, retry_days, final_action: finalAction ?? before.final_action });
    });
    return c.json(shown(settings));
  });
}
