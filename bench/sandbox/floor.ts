import { serve } from '@hono/node-server';
import { Hono } from 'hono';

// What HTTP alone costs: the same server and router, and an answer that is always the same.
const answer = process.env.ANSWER ?? '';
const app = new Hono();
const headers = { 'content-type': 'application/json' };
app.get('/v1/subscriptions/:id', (c) => c.body(answer, 200, headers));
app.post('/v1/subscriptions', async (c) => {
  if (!(await c.req.text()).startsWith('customer=')) return c.body('', 400);
  return c.body(answer, 200, headers);
});
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.({ port }));
process.on('disconnect', () => {
  server.close();
  process.exit(0);
});
