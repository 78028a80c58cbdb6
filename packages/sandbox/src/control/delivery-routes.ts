import type { Hono } from 'hono';
import type { Courier } from '../delivery/courier.js';
import { ControlError, isText, readBody } from './body.js';

const IDLE_TIMEOUT_MS = 30_000;

export function deliveryRoutes(app: Hono, courier: Courier): void {
  app.get('/_sandbox/deliveries', (c) => c.json({ ...courier.counts(), log: courier.log }));
  // Waits until nothing is pending, in flight or waiting for a retry; `idle: false` after `timeout_ms`.
  app.get('/_sandbox/deliveries/idle', async (c) => {
    const asked = Number(c.req.query('timeout_ms'));
    const idle = await courier.idle(Number.isFinite(asked) && asked > 0 ? asked : IDLE_TIMEOUT_MS);
    return c.json({ idle, ...courier.counts() });
  });
  // Sends an event again, delivered before or not: to one endpoint, or to each that it went to.
  app.post('/_sandbox/deliveries/resend', async (c) => {
    const { event, endpoint } = await readBody<{ event?: string; endpoint?: string }>(c, {
      event: isText,
      endpoint: isText,
    });
    if (!event) throw new ControlError('send the id of an event');
    const resent = courier.resend(event, endpoint);
    if (resent === 0) throw new ControlError(`there is no event ${event}, or no enabled endpoint to send it to`);
    return c.json({ resent, ...courier.counts() });
  });
  app.post('/_sandbox/deliveries/pause', (c) => {
    courier.pause();
    return c.json(courier.counts());
  });
  app.post('/_sandbox/deliveries/resume', (c) => {
    courier.resume();
    return c.json(courier.counts());
  });
}
