import { expect, test } from 'vitest';
import { createRetention } from '../../src/inbox/retention.js';
import { createLogger } from '../../src/log.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();

test('settled events are forgotten after their time; what waits for work never is', async () => {
  await db.sql`
    insert into inbox_events (id, type, created, lane, body, state, received_at)
    select state || '_' || age, 'customer.updated', 1, 'cus_1', ''::bytea, state, now() - make_interval(days => age)
    from unnest(array['DONE', 'STALE', 'IGNORED', 'GAVE_UP', 'RECEIVED', 'FAILED']) as state, unnest(array[30, 40]) as age`;
  const retention = createRetention({ db, log: createLogger('silent'), keepSeconds: 31 * 86_400, every: 10 });
  retention.start();
  const left = async () => (await db.sql<{ id: string }[]>`select id from inbox_events`).map(({ id }) => id).sort();
  await expect
    .poll(left, { timeout: 15_000 })
    .toEqual([
      'DONE_30',
      'FAILED_30',
      'FAILED_40',
      'GAVE_UP_30',
      'IGNORED_30',
      'RECEIVED_30',
      'RECEIVED_40',
      'STALE_30',
    ]);
  await retention.stop();
});
