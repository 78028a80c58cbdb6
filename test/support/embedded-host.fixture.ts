// A process that holds an embedded PostgreSQL, for tests that end it in every way: prints one line of JSON when ready.
import { startEmbeddedPostgres } from '../../src/db/embedded.js';

const [dataDir = ''] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({ dataDir });
  process.once('SIGTERM', () => server.stop());
  process.stdout.write(`${JSON.stringify({ url: server.url })}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: (error as Error).message })}\n`);
}
