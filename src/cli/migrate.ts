import { readSettings } from '../config.js';
import { connect } from '../db/connect.js';
import { migrate, pendingMigrations } from '../db/migrate.js';
import { withEmbeddedParts } from './embedded-parts.js';
import { print } from './output.js';

/** Brings the database's tables up to date. */
export async function migrateDatabase({ json = false }: { json?: boolean }): Promise<void> {
  const applied = await withEmbeddedParts(process.env, { database: true, stripe: false }, async (env) => {
    const { database } = readSettings(env);
    if (!database) throw new Error('The embedded database has no address.');
    const db = connect(database.url, { pool: 2, applicationName: 'tollgate migrate' });
    try {
      const pending = await pendingMigrations(db);
      await migrate(db);
      return pending;
    } finally {
      await db.close();
    }
  });
  if (json) print(JSON.stringify({ applied }));
  else print(applied.length > 0 ? `Applied ${applied.join(', ')}.` : 'The database is up to date.');
}
