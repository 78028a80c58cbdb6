// Fails when the tables in src/db/tables and the migrations in drizzle/ have drifted apart:
// generates into a copy and expects nothing new.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';

// Inside the project, because drizzle-kit takes only relative output paths.
const copy = mkdtempSync(path.join('node_modules', '.migrations-'));
try {
  cpSync('drizzle', copy, { recursive: true });
  const before = readdirSync(copy).length;
  const run = spawnSync(
    process.execPath,
    [
      'node_modules/drizzle-kit/bin.cjs',
      'generate',
      '--dialect',
      'postgresql',
      '--schema',
      './src/db/tables/index.ts',
      '--out',
      copy,
      '--name',
      'drift',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const drift = readdirSync(copy).length - before;
  if (run.status !== 0 || drift !== 0) {
    console.error(run.stdout, run.stderr);
    console.error(
      run.status === 0
        ? 'The tables in src/db/tables have changed without a migration: run `npm run migrations` and commit what it writes.'
        : 'drizzle-kit could not compare the tables with the migrations.',
    );
    process.exitCode = 1;
  } else console.log('Migrations match the tables.');
} finally {
  rmSync(copy, { recursive: true, force: true });
}
