import type { Queryable, Tx } from './connect.js';
import { type InboxEventRow, inboxEvents } from './tables/inbox.js';

export type NewInboxEvent = Pick<
  InboxEventRow,
  'id' | 'type' | 'apiVersion' | 'created' | 'objectType' | 'objectId' | 'lane' | 'body' | 'state' | 'lastError'
>;

/** Stores events, one statement however many; those that are stored already stay as they are. Committed on return. */
export async function insertEvents(q: Queryable, events: readonly NewInboxEvent[]): Promise<void> {
  // Two copies of one event in a statement would be a conflict that `do nothing` resolves as well.
  await q.orm
    .insert(inboxEvents)
    .values(events.map((event) => ({ ...event, processedAt: event.state === 'IGNORED' ? new Date() : null })))
    .onConflictDoNothing();
}

export type DueEvent = Pick<
  InboxEventRow,
  'id' | 'seq' | 'type' | 'apiVersion' | 'created' | 'body' | 'tick' | 'attempts'
>;

/** The lane's events that wait and are due, in order of arrival. */
export async function dueEventsOf(q: Queryable, lane: string, limit: number): Promise<DueEvent[]> {
  return q.sql<DueEvent[]>`
    select id, seq, type, api_version as "apiVersion", created, body, tick, attempts
    from inbox_events
    where lane = ${lane} and state in ('RECEIVED', 'FAILED') and next_attempt_at <= now()
    order by seq limit ${limit}`;
}

export interface SettledEvent {
  id: string;
  /** `RECEIVED`: looked at, waits for a read. */
  state: 'RECEIVED' | 'DONE' | 'STALE' | 'IGNORED' | 'FAILED' | 'GAVE_UP';
  tick: number | null;
  lastError: string | null;
  accountId: string | null;
  /** Milliseconds until a failed event is tried again. */
  retryAfter: number;
}

/** Notes what became of events. Whatever fails counts as an attempt; so does what succeeds. */
export async function settleEvents(tx: Tx, events: readonly SettledEvent[]): Promise<void> {
  if (events.length === 0) return;
  await tx.sql`
    update inbox_events e set
      state = n.state,
      tick = coalesce(n.tick, e.tick),
      last_error = n.last_error,
      account_id = coalesce(n.account_id, e.account_id),
      attempts = e.attempts + (n.state <> 'RECEIVED')::int,
      next_attempt_at = case when n.state = 'FAILED' then now() + make_interval(secs => n.retry_after / 1000)
        else e.next_attempt_at end,
      processed_at = case when n.state in ('RECEIVED', 'FAILED') then null else now() end
    from unnest(
      ${events.map(({ id }) => id)}::text[], ${events.map(({ state }) => state)}::text[],
      ${events.map(({ tick }) => tick)}::bigint[], ${events.map(({ lastError }) => lastError)}::text[],
      ${events.map(({ accountId }) => accountId)}::text[], ${events.map(({ retryAfter }) => retryAfter)}::float8[]
    ) as n (id, state, tick, last_error, account_id, retry_after)
    where e.id = n.id and e.state in ('RECEIVED', 'FAILED')`;
}

/** Deletes events that came longer ago and wait for nothing; at most `limit`. Answers how many. */
export async function deleteOldEvents(q: Queryable, olderThanSeconds: number, limit: number): Promise<number> {
  const rows = await q.sql`
    delete from inbox_events where id in (
      select id from inbox_events
      where received_at < now() - make_interval(secs => ${olderThanSeconds}) and state not in ('RECEIVED', 'FAILED')
      order by seq limit ${limit} for update skip locked)
    returning id`;
  return rows.length;
}

export interface Backlog {
  /** Events that wait and are due. */
  due: number;
  /** Milliseconds until a waiting event is due or its lane's lease runs out, 0 if it can be had now; null: none waits. */
  nextIn: number | null;
}

export async function backlogOf(q: Queryable): Promise<Backlog> {
  const [row] = await q.sql<Backlog[]>`
    select count(*) filter (where e.next_attempt_at <= now()) as due,
      greatest(extract(epoch from min(greatest(e.next_attempt_at, l.lease_until)) - now()) * 1000, 0)::float8 as "nextIn"
    from inbox_events e left join inbox_lanes l on l.lane = e.lane
    where e.state in ('RECEIVED', 'FAILED')`;
  return row ?? { due: 0, nextIn: null };
}
