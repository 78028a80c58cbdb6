import type { Queryable } from './connect.js';

/** Waiting events that one claim looks at, oldest first. */
const SEEN = 500;

/**
 * Leases lanes that have due events and that nobody works on, those waiting longest first. `holder` names this claim,
 * not the instance: a claim that lost its lane must not take the next one for its own.
 */
export async function claimLanes(q: Queryable, holder: string, limit: number, leaseSeconds: number): Promise<string[]> {
  const rows = await q.sql<{ lane: string }[]>`
    with due as (
      select lane, min(next_attempt_at) as since from (
        select lane, next_attempt_at from inbox_events e
        where state in ('RECEIVED', 'FAILED') and next_attempt_at <= now()
          and not exists (select from inbox_lanes l where l.lane = e.lane and l.lease_until > now())
        order by next_attempt_at limit ${SEEN}) as waiting
      group by lane order by since limit ${limit})
    insert into inbox_lanes as l (lane, holder, lease_until)
    select lane, ${holder}, now() + make_interval(secs => ${leaseSeconds}) from due order by lane
    on conflict (lane) do update set holder = excluded.holder, lease_until = excluded.lease_until
      where l.lease_until < now()
    returning lane`;
  return rows.map(({ lane }) => lane);
}

/**
 * Whether the lane is still ours; if so it stays ours for another lease, and until the transaction ends nobody can
 * take it. What a worker writes it writes behind this fence.
 */
export async function holdLane(q: Queryable, lane: string, holder: string, leaseSeconds: number): Promise<boolean> {
  const rows = await q.sql`
    update inbox_lanes set lease_until = now() + make_interval(secs => ${leaseSeconds})
    where lane = ${lane} and holder = ${holder} and lease_until > now() returning lane`;
  return rows.length > 0;
}

export async function releaseLane(q: Queryable, lane: string, holder: string): Promise<void> {
  await q.sql`delete from inbox_lanes where lane = ${lane} and holder = ${holder}`;
}
