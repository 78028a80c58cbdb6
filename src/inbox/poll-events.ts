import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../db/connect.js';
import { remember, remembered } from '../db/installation.js';
import type { Logger } from '../log.js';
import type { StripeGateway } from '../stripe/client.js';
import type { Receiver } from './receive.js';

export interface EventPolling {
  /** Ends after the page under way. */
  stop(): Promise<void>;
}
export interface EventPollingDeps {
  db: Database;
  stripe: StripeGateway;
  receiver: Receiver;
  /** One of the receiver's; what is polled is signed with it, so that there is one door. */
  secret: string;
  log: Logger;
  /** Milliseconds between two looks. */
  every?: number;
}

const KEY = 'polled_events';

/**
 * Development without a webhook: Stripe's list of events is looked at again and again, and each new one received as if
 * Stripe had sent it. Goes on behind the last one received, in a later run too; the first run begins with what is new.
 */
export async function pollEvents(deps: EventPollingDeps): Promise<EventPolling> {
  const { db, stripe, log, every = 2_000 } = deps;
  const stopping = new AbortController();
  let last = (await remembered<{ id: string | null }>(db, KEY)) ?? (await newestEvent(stripe));
  await remember(db, KEY, last);

  const polling = (async () => {
    while (!stopping.signal.aborted) {
      try {
        for (let more = true; more && !stopping.signal.aborted; ) {
          const page = await eventsAfter(stripe, last.id);
          for (const event of page.events) {
            await receive(deps, event);
            last = { id: event.id };
          }
          if (page.events.length > 0) await remember(db, KEY, last);
          more = page.more;
        }
      } catch (error) {
        if (!stopping.signal.aborted) log.warn({ err: error }, 'Stripe’s events could not be polled; trying again.');
      }
      await delay(every, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await polling;
    },
  };
}

async function newestEvent(stripe: StripeGateway): Promise<{ id: string | null }> {
  const { value } = await stripe.call((sdk) => sdk.events.list({ limit: 1 }));
  return { id: value.data[0]?.id ?? null };
}

/** Oldest first. Stripe's lists begin with the newest; a page that ends before an id is the one next to it. */
async function eventsAfter(stripe: StripeGateway, id: string | null) {
  const { value } = await stripe.call((sdk) => sdk.events.list({ limit: 100, ...(id ? { ending_before: id } : {}) }));
  return { events: [...value.data].reverse(), more: id !== null && value.has_more };
}

async function receive({ receiver, secret }: EventPollingDeps, event: object): Promise<void> {
  const body = Buffer.from(JSON.stringify(event));
  const time = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
  const answer = await receiver.receive(body, `t=${time},v1=${signature}`);
  if (answer.status !== 200) throw new Error(answer.message);
}
