import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../packages/sandbox/src/index.js';

// The sandbox as it is, with its journal on disk.
const dataDir = await mkdtemp(join(tmpdir(), 'tollgate-sandbox-bench-'));
const sandbox = await startSandbox({ dataDir, freeze: false });

/** Heap in use after a collection, in bytes, and how many objects of Stripe's the store holds. */
function memory() {
  globalThis.gc?.();
  const counts = Object.entries(sandbox.engine.store.counts());
  const objects = counts.filter(([name]) => !name.startsWith('_')).reduce((sum, [, count]) => sum + count, 0);
  return { heap: process.memoryUsage().heapUsed, objects };
}

process.on('message', () => process.send?.(memory()));
process.on('disconnect', async () => {
  await sandbox.close();
  await rm(dataDir, { recursive: true });
  process.exit(0);
});
process.send?.({ port: sandbox.port });
