import type { Context, Hono } from 'hono';
import type { Courier } from '../delivery/courier.js';
import type { DeliveryFault } from '../delivery/faults.js';
import type { ApiFault, ApiFaults } from '../http/api-faults.js';
import { ControlError, isCount, isOneOf, isText, isTimes, readBody } from './body.js';

const isSide = isOneOf('before', 'after');

export function faultRoutes(app: Hono, faults: ApiFaults, courier: Courier): void {
  const shown = () => ({
    api: faults.all(),
    delivery: courier.faults.all(),
    reorder: courier.faults.bursting ? null : (courier.faults.reordering ?? null),
    burst: courier.faults.bursting ?? null,
  });
  app.get('/_sandbox/faults', (c) => c.json(shown()));
  app.delete('/_sandbox/faults', (c) => {
    faults.clear();
    courier.faults.clear();
    return c.json(shown());
  });
  app.post('/_sandbox/faults/api', async (c) => {
    const fault = await readBody<ApiFault>(c, {
      method: isText,
      path: isText,
      status: (value) => isCount(value) && (value as number) >= 400 && (value as number) < 600,
      code: isOneOf('rate_limit', 'lock_timeout'),
      when: isSide,
      timeout: isSide,
      disconnect: isSide,
      latencyMs: isCount,
      retryAfter: isCount,
      times: isTimes,
    });
    const effects = [fault.status, fault.timeout, fault.disconnect, fault.latencyMs];
    if (effects.every((effect) => effect === undefined)) {
      throw new ControlError('say what goes wrong: status, timeout, disconnect or latencyMs');
    }
    if (fault.code && fault.status !== 429) throw new ControlError('code goes with status 429');
    return c.json({ id: faults.add(fault) });
  });
  app.delete('/_sandbox/faults/api/:id', (c) => {
    if (!faults.remove(c.req.param('id'))) throw new ControlError('no such fault; it may have been used up');
    return c.json(shown());
  });
  app.post('/_sandbox/faults/delivery', async (c) => {
    const fault = await readBody<DeliveryFault>(c, {
      action: isOneOf('drop', 'duplicate', 'delay'),
      type: isText,
      endpoint: isText,
      delayMs: isCount,
      times: isTimes,
    });
    if (!fault.action) throw new ControlError('send an action: drop, duplicate or delay');
    if ((fault.action === 'delay') !== (fault.delayMs !== undefined)) throw new ControlError('delayMs goes with delay');
    courier.faults.add(fault);
    return c.json(shown());
  });
  const shuffling = async (c: Context, windowMs: number) => ({
    seed: 1,
    windowMs,
    ...(await readBody<{ seed?: number; windowMs?: number }>(c, { seed: isCount, windowMs: isCount })),
  });
  app.post('/_sandbox/faults/reorder', async (c) => {
    courier.faults.startReordering(await shuffling(c, 50));
    return c.json(shown());
  });
  app.post('/_sandbox/faults/burst', async (c) => {
    courier.faults.startBurst(await shuffling(c, 1000));
    return c.json(shown());
  });
}
