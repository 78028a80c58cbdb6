import { createCommands } from '../../src/commands/commands.js';
import { connect } from '../../src/db/connect.js';
import { createLogger } from '../../src/log.js';
import { createMirror } from '../../src/mirror/mirror.js';
import { createStripe } from '../../src/stripe/client.js';
import { commandConfig, viewer } from './command-settings.js';

export interface ProcessCommand {
  command: 'startSubscription' | 'startCheckout';
  count?: number;
  user: string;
  input: object;
  idempotencyKey?: string;
}

/**
 * A gateway's commands as a process of its own, to be killed. `DATABASE_URL` and `STRIPE_API_BASE` say where; each
 * argument is a command as JSON, carried out `count` times at once; each line of stdout tells its results.
 */
const db = connect(process.env.DATABASE_URL ?? '', { applicationName: 'command-process' });
const stripe = createStripe({ secretKey: 'sk_test_world', apiBase: process.env.STRIPE_API_BASE });
const log = createLogger('silent');
const mirror = createMirror({
  db,
  stripe,
  log,
  policy: { gracePeriod: 7 * 86_400 },
  signals: { publish: () => {}, publishCatalogue: () => {} },
  readsPerSecond: 1000,
});
const times = { leaseSeconds: Number(process.env.LEASE_SECONDS ?? 1), waitMs: 60_000 };
const commands = createCommands({ db, stripe, mirror, log, config: commandConfig, times });

console.log('ready');
for (const argument of process.argv.slice(2)) {
  const { command, count = 1, user, ...request } = JSON.parse(argument) as ProcessCommand;
  const results = await Promise.all(
    Array.from({ length: count }, () => commands[command]({ viewer: viewer(user), ...request })),
  );
  const told = results.map(({ refusals, ...rest }) => ({ ...rest, refusals: refusals.map(({ code }) => code) }));
  console.log(`results ${JSON.stringify(told)}`);
}
stripe.close();
await db.close();
