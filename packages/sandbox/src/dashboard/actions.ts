import { afterDuration } from '../control/duration.js';
import type { Engine } from '../engine/engine.js';
import { StripeError } from '../engine/errors.js';
import type { JobQueue } from '../engine/jobs.js';
import { readShape } from '../http/params.js';
import { PERMISSIONS } from '../http/permissions.js';
import { jobWords } from './job-words.js';
import { fromNow } from './moment.js';
import type { Notice } from './notices.js';
import type { DashboardParts } from './parts.js';

type Entries = Record<string, string>;
/** What came of it: something to say on the page it was asked from, or where to go instead. */
export type Result = Notice | { location: string };
type Action = (parts: DashboardParts, entries: Entries) => Promise<Result> | Result;

/** A refusal in words for the person who asked. */
class Refused extends Error {}

const good = (text: string): Notice => ({ tone: 'good', text });

/** What the pages' buttons do: mostly one call of `/_sandbox/…`, so that a test can do the same. */
const ACTIONS: Record<string, Action> = {
  advance: async (parts, { by, date }) => {
    const { clock, store } = parts.engine;
    const to = target(clock.now(), { by, date, next: nextDue(store.jobs, null) });
    await control(parts, 'POST', 'clock', { to });
    return good(`The clock was advanced. What was due on the way has happened.${soon(parts.engine)}`);
  },
  'advance-test-clock': ({ engine, ...parts }, { clock = '', by, date }) => {
    const from = engine.clock.now(clock);
    const frozen_time = target(from, { by, date, next: nextDue(engine.store.jobs, clock) });
    const path = 'POST /v1/test_helpers/test_clocks/:id/advance';
    callStripe({ engine, ...parts }, path, { id: clock }, { frozen_time: String(frozen_time) });
    return good('The test clock is advancing.');
  },
  'fail-next': async (parts, { customer, code, times }) => {
    const body = { ...(customer && { customer }), ...(code && { code }), ...number('times', times) };
    await control(parts, 'POST', 'payments/fail_next', body);
    return good(
      `The next ${Number(times) > 1 ? `${times} payments` : 'payment'} of ${customer || 'any customer'} will fail.`,
    );
  },
  'clear-fail-next': async (parts, { id = '' }) => {
    await control(parts, 'DELETE', `payments/fail_next/${encodeURIComponent(id)}`);
    return good('Payments go through again.');
  },
  'add-api-fault': async (parts, { effect = '', method, path, amount, times }) => {
    const [what = '', when] = effect.split('-');
    const wait = amount ? Number(amount) : undefined;
    const fault =
      what === 'latency'
        ? { latencyMs: wait ?? 1000 }
        : /^\d+$/.test(what)
          ? { status: Number(what), ...(when && { when }), ...(wait !== undefined && { retryAfter: wait }) }
          : { [what]: when };
    const which = { ...(method && { method }), ...(path && { path }), ...number('times', times) };
    await control(parts, 'POST', 'faults/api', { ...fault, ...which });
    return good('The API fault is set.');
  },
  'remove-api-fault': async (parts, { id = '' }) => {
    await control(parts, 'DELETE', `faults/api/${encodeURIComponent(id)}`);
    return good('The API fault is removed.');
  },
  'add-delivery-fault': async (parts, { effect, type, endpoint, delayMs, times }) => {
    const which = { ...(type && { type }), ...(endpoint && { endpoint }), ...number('times', times) };
    const wait = effect === 'delay' ? { delayMs: Number(delayMs || 1000) } : {};
    await control(parts, 'POST', 'faults/delivery', { action: effect, ...wait, ...which });
    return good('The delivery fault is set.');
  },
  shuffle: async (parts, { how, seed, windowMs }) => {
    const burst = how === 'burst';
    const members = { ...number('seed', seed), ...number('windowMs', windowMs) };
    await control(parts, 'POST', `faults/${burst ? 'burst' : 'reorder'}`, members);
    return good(burst ? 'Bursts of events share a second from now on.' : 'Deliveries are shuffled from now on.');
  },
  'rate-limit': async (parts, { readsPerSecond, writesPerSecond, concurrent, retryAfter }) => {
    const limits = { readsPerSecond, writesPerSecond, concurrent, retryAfter };
    const given = Object.entries(limits).map(([name, text]) => number(name, text));
    await control(parts, 'POST', 'rate_limits', Object.assign({}, ...given));
    return good('The rate is limited.');
  },
  'clear-rate-limit': async (parts) => {
    await control(parts, 'DELETE', 'rate_limits');
    return good('There is no rate limit any more.');
  },
  'make-key': async (parts, { kind, name, read = '', write = '' }) => {
    const permissions = { ...access(read, 'read'), ...access(write, 'write') };
    const body = { kind, ...(name && { name }), ...(kind === 'restricted' && { permissions }) };
    const made = (await control(parts, 'POST', 'keys', body)) as { key: string };
    return good(`The key is ${made.key}`);
  },
  'revoke-key': async (parts, { key = '' }) => {
    await control(parts, 'DELETE', `keys/${encodeURIComponent(key)}`);
    return good('The key is revoked.');
  },
  'clear-faults': async (parts) => {
    await control(parts, 'DELETE', 'faults');
    return good('No faults are set any more.');
  },
  dunning: async (parts, { retryDays = '', finalAction }) => {
    const days = retryDays.split(/[\s,;]+/).filter(Boolean);
    if (!days.every((day) => /^\d{1,4}$/.test(day))) {
      throw new Refused('Days are whole numbers, separated by commas, such as 3, 5, 7.');
    }
    await control(parts, 'POST', 'dunning', { retryDays: days.map(Number), finalAction });
    return good('The schedule is saved. It holds from the next failed attempt on.');
  },
  deliveries: async (parts, { hold }) => {
    await control(parts, 'POST', `deliveries/${hold === 'yes' ? 'pause' : 'resume'}`);
    return good(hold === 'yes' ? 'Deliveries are held back.' : 'Deliveries go out again.');
  },
  resend: async (parts, { event, endpoint }) => {
    await control(parts, 'POST', 'deliveries/resend', { event, ...(endpoint && { endpoint }) });
    return good('The event is sent again.');
  },
  'add-endpoint': (parts, { url = '' }) => {
    callStripe(parts, 'POST /v1/webhook_endpoints', {}, { url, enabled_events: ['*'] });
    return good('The endpoint is added. Its page shows the signing secret.');
  },
  portal: (parts, { customer = '', back = '/' }) => {
    const return_url = `${parts.engine.origin}${back}`;
    const session = callStripe(parts, 'POST /v1/billing_portal/sessions', {}, { customer, return_url });
    return { location: (session as { url: string }).url };
  },
  reset: async (parts, { seed, keepWebhookEndpoints }) => {
    await control(parts, 'POST', 'reset', {
      seed: seed === 'yes',
      keepWebhookEndpoints: keepWebhookEndpoints === 'yes',
    });
    parts.requests.clear();
    return good('Everything is forgotten.');
  },
  restore: async (parts, { snapshot = '' }) => {
    await control(parts, 'POST', 'restore', snapshot);
    parts.requests.clear();
    return good('Everything is as it was when the snapshot was taken.');
  },
  seed: async (parts) => {
    await control(parts, 'POST', 'seed');
    return good('The catalogue is in place.');
  },
};

/** Does what a button asks; a refusal becomes something to say. Undefined for an action that does not exist. */
export async function act(parts: DashboardParts, name: string, entries: Entries): Promise<Result | undefined> {
  if (!Object.hasOwn(ACTIONS, name)) return undefined;
  try {
    return await ACTIONS[name]?.(parts, entries);
  } catch (error) {
    if (error instanceof Refused || error instanceof StripeError) return { tone: 'bad', text: error.message };
    throw error;
  }
}

/** One call of the sandbox's own API, in this process. */
export async function control(
  parts: DashboardParts,
  method: string,
  path: string,
  body?: object | string,
): Promise<unknown> {
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const init = text === undefined ? { method } : { method, body: text };
  const response = await parts.app.request(`/_sandbox/${path}`, init);
  const answer = (await response.json()) as { error?: { message: string } };
  if (!response.ok) throw new Refused(answer.error?.message ?? `The sandbox answered ${response.status}.`);
  return answer;
}

/** What a call of Stripe's API does, without its faults, keys and log. */
function callStripe(
  { engine, routes }: DashboardParts,
  methodAndPath: string,
  ids: Record<string, string>,
  given: Record<string, unknown>,
): unknown {
  const [method, path = ''] = methodAndPath.split(' ');
  const route = routes.find((each) => each.method === method && each.path === path);
  if (!route) throw new Error(`no route ${methodAndPath}`);
  const params = readShape(route.shape, given);
  return engine.transact((tx) => route.handle({ tx, params, ids, path }));
}

function target(from: number, { by, date, next }: { by?: string; date?: string; next: number | undefined }): number {
  if (date !== undefined) {
    const asked = Date.parse(`${date}Z`) / 1000;
    if (!Number.isFinite(asked)) throw new Refused('Give a date and a time.');
    return Math.floor(asked);
  }
  if (by === 'next') {
    if (next === undefined) throw new Refused('Nothing is due on this clock.');
    return next;
  }
  const to = afterDuration(from, by ?? '');
  if (to === undefined) throw new Refused('Say how far to advance.');
  return to;
}

/** What a person may be waiting for: an invoice of a renewal is charged an hour after it was made, as at Stripe. */
function soon(engine: Engine): string {
  const [next, now] = [engine.store.jobs.peek(null), engine.clock.now()];
  return next && next.due - now <= DAY ? ` Next: ${jobWords(engine, next)}, ${fromNow(next.due - now)}.` : '';
}

const DAY = 86_400;
const nextDue = (jobs: JobQueue, clock: string | null) => jobs.peek(clock)?.due;
/** The resources of a list with commas, whatever their case. */
const access = (resources: string, may: 'read' | 'write') =>
  Object.fromEntries(
    resources
      .split(/\s*[,;]\s*/)
      .filter(Boolean)
      .map((name) => [PERMISSIONS.find((known) => known.toLowerCase() === name.trim().toLowerCase()) ?? name, may]),
  );
const number = (name: string, text: string | undefined) => (text ? { [name]: Number(text) } : {});
