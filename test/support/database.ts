import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, inject } from 'vitest';
import { connect, type Database } from '../../src/db/connect.js';
import { databaseUrl, templateDatabase } from './global-setup.js';

export interface TestDatabase extends Database {
  /** For more connections; whoever opens them closes them before the file's end. */
  url: string;
  name: string;
}

/**
 * A migrated, empty database for the test file that calls this at its top level:
 * `const db = await createTestDatabase()`. It is dropped after the file's tests and hooks, and fails the file when
 * connections are left open.
 */
export async function createTestDatabase(options: { pool?: number } = {}): Promise<TestDatabase> {
  const adminUrl = inject('adminDatabaseUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  const admin = connect(adminUrl, { pool: 1 });
  await admin.sql`create database ${admin.sql(name)} template ${admin.sql(templateDatabase)}`;
  await admin.close();
  const url = databaseUrl(adminUrl, name);
  const db = connect(url, { pool: options.pool ?? 10, applicationName: 'test' });

  // Hooks run last registered first: the file's own closing comes before this.
  afterAll(async () => {
    await db.close();
    await dropDatabase(adminUrl, name);
  });
  return { ...db, url, name };
}

async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  const admin = connect(adminUrl, { pool: 1 });
  try {
    const leaked = await connectionsLeft(admin, name);
    await admin.sql`drop database ${admin.sql(name)} with (force)`;
    if (leaked.length > 0) throw new Error(`Connections left open at the end of the file: ${leaked.join('; ')}`);
  } finally {
    await admin.close();
  }
}

// The server notices a closed socket a moment later than we close it.
async function connectionsLeft(admin: Database, name: string): Promise<string[]> {
  for (let attempt = 0; ; attempt++) {
    const rows = await admin.sql<{ what: string }[]>`
      select application_name || ' (' || state || '): ' || left(query, 80) as what
      from pg_stat_activity where datname = ${name} and backend_type = 'client backend'`;
    if (rows.length === 0 || attempt === 40) return rows.map((row) => row.what);
    await delay(50);
  }
}
