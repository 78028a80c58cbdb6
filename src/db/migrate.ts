import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type { Database, Queryable } from './connect.js';

const migrationsFolder = fileURLToPath(new URL('../../drizzle', import.meta.url));
// Any fixed number; it only has to differ from other advisory locks of this database.
const lockKey = 7_205_759_403;

/**
 * Brings the database's tables up to date, in one transaction. Several instances at once are fine: one migrates,
 * the others wait for it and find nothing left to do. Same bookkeeping as drizzle's own migrator; that one takes
 * no lock.
 */
export async function migrate(db: Database): Promise<void> {
  if ((await pendingMigrations(db)).length === 0) return;
  await db.transaction(async (tx) => {
    await tx.sql`select pg_advisory_xact_lock(${lockKey})`;
    await tx.sql`create schema if not exists drizzle`;
    await tx.sql`create table if not exists drizzle.__drizzle_migrations
      (id serial primary key, hash text not null, created_at bigint)`;
    const applied = await lastApplied(tx);
    for (const migration of readMigrationFiles({ migrationsFolder })) {
      if (migration.folderMillis <= applied) continue;
      for (const statement of migration.sql) await tx.sql.unsafe(statement);
      await tx.sql`insert into drizzle.__drizzle_migrations (hash, created_at)
        values (${migration.hash}, ${migration.folderMillis})`;
    }
  });
}

/** Names of the migrations that this code has and the database lacks. */
export async function pendingMigrations(q: Queryable): Promise<string[]> {
  const [table] = await q.sql<{ present: boolean }[]>`
    select to_regclass('drizzle.__drizzle_migrations') is not null as present`;
  const applied = table?.present ? await lastApplied(q) : 0;
  return journal()
    .filter((entry) => entry.when > applied)
    .map((entry) => entry.tag);
}

async function lastApplied(q: Queryable): Promise<number> {
  const [last] = await q.sql<{ at: number | null }[]>`select max(created_at) as at from drizzle.__drizzle_migrations`;
  return last?.at ?? 0;
}

function journal(): { tag: string; when: number }[] {
  return JSON.parse(readFileSync(`${migrationsFolder}/meta/_journal.json`, 'utf8')).entries;
}
