import type { Hono } from 'hono';
import { DECLINE_CODES } from '../billing/payments/declines.js';
import { type ForcedDecline, forceDeclines } from '../billing/payments/forced-declines.js';
import type { Engine } from '../engine/engine.js';
import { ControlError, isOneOf, isText, isTimes, readBody } from './body.js';

interface Given {
  /** Only this customer's payments; anybody's without it. */
  customer?: string;
  /** Stripe's decline code; `generic_decline` without it. */
  code?: string;
  /** 1 without it. */
  times?: number;
}

/** Payments without the person (renewals, retries, off-session ones) that decline whatever their card is. */
export function paymentRoutes(app: Hono, engine: Engine): void {
  const shown = () => ({ fail_next: [...engine.store.of('_forced_decline').all()] });
  app.get('/_sandbox/payments/fail_next', (c) => c.json(shown()));
  app.post('/_sandbox/payments/fail_next', async (c) => {
    const { customer, code, times } = await readBody<Given>(c, {
      customer: isText,
      code: isOneOf(...DECLINE_CODES),
      times: isTimes,
    });
    if (customer !== undefined && !engine.store.of('customer').get(customer)) {
      throw new ControlError(`no such customer: ${customer}`);
    }
    const added: ForcedDecline = engine.transact((tx) =>
      forceDeclines(tx, { customer: customer ?? null, code: code ?? 'generic_decline', times: times ?? 1 }),
    );
    return c.json({ id: added.id, ...shown() });
  });
  app.delete('/_sandbox/payments/fail_next', (c) => {
    engine.transact((tx) => {
      for (const { id } of tx.newestFirst('_forced_decline')) tx.delete('_forced_decline', id);
    });
    return c.json(shown());
  });
  app.delete('/_sandbox/payments/fail_next/:id', (c) => {
    const id = c.req.param('id');
    if (!engine.store.of('_forced_decline').get(id))
      throw new ControlError('no such failure; it may have been used up');
    engine.transact((tx) => tx.delete('_forced_decline', id));
    return c.json(shown());
  });
}
