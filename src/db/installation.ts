import type { Queryable } from './connect.js';

/** What this database remembers under a key; null when nothing. */
export async function remembered<T>(q: Queryable, key: string): Promise<T | null> {
  const [row] = await q.sql<{ value: T }[]>`select value from installation where key = ${key}`;
  return row?.value ?? null;
}

export async function remember(q: Queryable, key: string, value: object): Promise<void> {
  await q.sql`
    insert into installation (key, value) values (${key}, ${q.sql.json(value as never)})
    on conflict (key) do update set value = excluded.value`;
}

/** Remembers the value if nothing is remembered under the key yet; answers what is remembered now. */
export async function rememberFirst<T extends object>(q: Queryable, key: string, value: T): Promise<T> {
  await q.sql`
    insert into installation (key, value) values (${key}, ${q.sql.json(value as never)}) on conflict (key) do nothing`;
  return (await remembered<T>(q, key)) ?? value;
}

/**
 * The turn to do something that only one instance should do: taken when nobody has it, when it ran out, or by its
 * holder again. A turn that is not given back is free after `seconds`.
 */
export async function takeTurn(q: Queryable, key: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await q.sql`
    insert into installation as i (key, value)
    values (${key}, jsonb_build_object('holder', ${holder}::text,
      'until', extract(epoch from now())::float8 + ${seconds}::float8))
    on conflict (key) do update set value = excluded.value
      where (i.value ->> 'until')::float8 < extract(epoch from now()) or i.value ->> 'holder' = ${holder}
    returning key`;
  return rows.length > 0;
}

export async function endTurn(q: Queryable, key: string, holder: string): Promise<void> {
  await q.sql`delete from installation where key = ${key} and value ->> 'holder' = ${holder}`;
}
