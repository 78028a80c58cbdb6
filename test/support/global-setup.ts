import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { connect } from '../../src/db/connect.js';
import { startEmbeddedPostgres } from '../../src/db/embedded.js';
import { migrate } from '../../src/db/migrate.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the server's maintenance database. */
    adminDatabaseUrl: string;
  }
}

export const templateDatabase = 'tollgate_template';

// One PostgreSQL for the run, with a migrated template that test files clone. What is tested does not depend on
// surviving a power cut, so the server need not wait for the disk.
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-test-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' },
  });
  const admin = connect(server.url, { pool: 1 });
  await admin.sql`create database ${admin.sql(templateDatabase)}`;
  await admin.close();
  const template = connect(databaseUrl(server.url, templateDatabase), { pool: 1 });
  await migrate(template);
  await template.close();
  project.provide('adminDatabaseUrl', server.url);

  return async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** The same server, another database. */
export function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
