import { TollgateError } from '../errors.js';
import { backfill } from '../mirror/backfill.js';
import { withMirror } from './mirror-command.js';
import { createProgress, print } from './output.js';

/** Reads everything from Stripe into the mirror; goes on where an unfinished run stopped. */
export async function backfillMirror({ json = false }: { json?: boolean }): Promise<void> {
  const counts: Record<string, number> = {};
  const progress = createProgress();
  const ran = await withMirror((mirror) =>
    backfill(mirror, {
      onProgress({ list, read, done }) {
        counts[list] = read;
        const all = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
        progress.update(all.join('  '), `${list} ${read}`, done);
      },
    }),
  ).finally(() => progress.end());
  if (!ran) throw new TollgateError('BACKFILL_RUNNING', 'Another instance is reading from Stripe already; it goes on.');
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  print(json ? JSON.stringify({ read: counts }) : `Read ${total} objects from Stripe.`);
}
