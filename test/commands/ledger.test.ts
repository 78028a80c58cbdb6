import { afterEach, describe, expect, it } from 'vitest';
import type { ProcessCommand } from '../support/command-process.js';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';
import { startProcess } from '../support/processes.js';
import { route } from '../support/stripe-proxy.js';

const db = await createTestDatabase();
const world = await createCommandWorld(db);
const { commands, proxy } = world;
const { sdk } = world.stripe;
afterEach(() => proxy.restore());

type Who = ReturnType<typeof viewer>;
const starter = { planKey: 'starter', interval: 'MONTH' };
const create = route('POST', '/v1/subscriptions');
const start = (who: Who, idempotencyKey?: string, input: object = starter) =>
  commands.startSubscription({ viewer: who, input, idempotencyKey });
const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);
/** Stripe's keys of the calls that made subscriptions for the viewer's customer, in order. */
const keysUsed = async (who: Who) => {
  const customer = await world.customerOf(who);
  return proxy.requests
    .filter((request) => create(request) && request.body.includes(`customer=${customer}`))
    .map(({ headers }) => headers['idempotency-key']);
};
const begunCustomer = async (id: string) => {
  const who = viewer(id);
  const { subscriptionId } = await start(who, undefined, { planKey: 'starter', interval: 'YEAR' });
  await commands.cancelSubscription({ viewer: who, subscriptionId: subscriptionId ?? '', input: {} });
  return who;
};
const open = async (who: Who) =>
  (await world.subscriptionsOf(who)).filter(({ status }) => status !== 'canceled' && status !== 'incomplete_expired');
const ledgerOf = async (key: string) =>
  (
    await db.sql<{ state: string; outcome: unknown; steps: { key: string; result?: string }[] }[]>`
    select state, outcome, steps from commands where key = ${key}`
  )[0];
const unavailable = (outcomeUnknown: boolean) => [
  expect.objectContaining({ code: 'PROVIDER_UNAVAILABLE', details: expect.objectContaining({ outcomeUnknown }) }),
];

describe('the same key', () => {
  it('answers as the first did and calls Stripe for nothing but the secret', async () => {
    const who = viewer('user_replay');
    const first = await start(who, 'key-1');
    const before = proxy.requests.length;
    const again = await start(who, 'key-1', { interval: 'MONTH', quantity: null, planKey: 'starter' });
    expect(again).toEqual(first);
    expect(proxy.requests.slice(before).map(({ method }) => method)).toEqual(['GET']);
  });

  it('with other input is a conflict', async () => {
    const who = viewer('user_conflict');
    await start(who, 'key-1');
    const other = await start(who, 'key-1', { planKey: 'scale', interval: 'MONTH' });
    expect(codes(other)).toEqual(['IDEMPOTENCY_CONFLICT']);
    expect(await open(who)).toHaveLength(1);
  });

  it('of another account or operation is another key', async () => {
    await start(viewer('user_key_a'), 'shared');
    expect(codes(await start(viewer('user_key_b'), 'shared', { planKey: 'scale', interval: 'MONTH' }))).toEqual([]);
  });

  it('of a refusal answers the refusal again', async () => {
    const who = viewer('user_refused');
    expect(codes(await start(who, 'key-1', { planKey: 'gold', interval: 'MONTH' }))).toEqual(['PLAN_NOT_FOUND']);
    expect(codes(await start(who, 'key-1', { planKey: 'gold', interval: 'MONTH' }))).toEqual(['PLAN_NOT_FOUND']);
    expect(codes(await start(who, 'key-1'))).toEqual(['IDEMPOTENCY_CONFLICT']);
  });

  it.each(['', 'x'.repeat(256), 'a\nb'])('that is no key (%j) is refused', async (key) => {
    const result = await start(viewer('user_no_key'), key);
    expect(result.refusals).toMatchObject([{ code: 'INPUT_INVALID', field: ['idempotencyKey'] }]);
  });

  it('holds no secret in the ledger', async () => {
    const result = await start(viewer('user_secret'), 'secret-key');
    const secret = result.nextAction?.clientSecret ?? '';
    expect(secret).toContain('_secret_');
    expect(JSON.stringify(await ledgerOf('secret-key'))).not.toContain('_secret_');
    const leaks = await db.sql`select from stripe_subscriptions s, stripe_invoices i
      where s.raw::text like ${`%${secret}%`} or i.raw::text like ${`%${secret}%`}`;
    expect(leaks).toHaveLength(0);
  });
});

describe('no answer from Stripe', () => {
  it('that had acted: the outcome is unknown, and the repeat with the same key finds it', async () => {
    const who = await begunCustomer('user_cut');
    const began = (await keysUsed(who)).length;
    await faultOnce({ method: 'POST', path: '/v1/subscriptions', timeout: 'after' });
    const impatient = await impatientCommands();
    const request = { viewer: who, input: starter, idempotencyKey: 'cut' };
    const first = await impatient.startSubscription(request);
    expect(first.refusals).toEqual(unavailable(true));
    expect((await ledgerOf('cut'))?.state).toBe('UNKNOWN');
    expect(await open(who)).toHaveLength(1);

    const again = await start(who, 'cut');
    expect(codes(again)).toEqual([]);
    expect((await open(who)).map(({ id }) => id)).toEqual([again.subscriptionId]);
    const keys = (await keysUsed(who)).slice(began);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect((await ledgerOf('cut'))?.state).toBe('DONE');
  });

  it('and no key of the caller’s: whoever starts the same again gets the one there is', async () => {
    const who = await begunCustomer('user_cut_no_key');
    await faultOnce({ method: 'POST', path: '/v1/subscriptions', timeout: 'after' });
    const impatient = await impatientCommands();
    expect((await impatient.startSubscription({ viewer: who, input: starter })).refusals).toEqual(unavailable(true));
    const again = await start(who);
    expect((await open(who)).map(({ id }) => id)).toEqual([again.subscriptionId]);
  });

  it('from a Stripe that cannot be reached: nothing was done, and it says so', async () => {
    const who = await begunCustomer('user_refused_connection');
    const lonely = await commandsTo('http://127.0.0.1:1');
    const result = await lonely.startSubscription({ viewer: who, input: starter, idempotencyKey: 'nobody' });
    expect(result.refusals).toEqual(unavailable(false));
    expect(await ledgerOf('nobody')).toBeUndefined();
    expect(codes(await start(who, 'nobody'))).toEqual([]);
  });
});

describe('a server error', () => {
  it('after the effect is looked into: the effect is found and answered', async () => {
    const who = await begunCustomer('user_500_after');
    await faultOnce({ method: 'POST', path: '/v1/subscriptions', status: 500, when: 'after' });
    const result = await start(who, '500-after');
    expect(codes(result)).toEqual([]);
    expect((await open(who)).map(({ id }) => id)).toEqual([result.subscriptionId]);
    expect(result.nextAction?.clientSecret).toContain('_secret_');
  });

  it('without an effect is said to have done nothing; the repeat uses a new key of Stripe’s', async () => {
    const who = await begunCustomer('user_500_before');
    const began = (await keysUsed(who)).length;
    await faultOnce({ method: 'POST', path: '/v1/subscriptions', status: 500 });
    expect((await start(who, '500-before')).refusals).toEqual(unavailable(false));
    const again = await start(who, '500-before');
    expect((await open(who)).map(({ id }) => id)).toEqual([again.subscriptionId]);
    const keys = (await keysUsed(who)).slice(began);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('429', () => {
  it('says how long to wait, keeps nothing, and the repeat goes through', async () => {
    const who = await begunCustomer('user_429');
    await faultOnce({ method: 'POST', path: '/v1/subscriptions', status: 429, retryAfter: 7 });
    const result = await start(who, 'limited');
    expect(result.refusals).toMatchObject([{ code: 'THROTTLED', details: { retryAfterSeconds: 7 } }]);
    expect(codes(await start(who, 'limited'))).toEqual([]);
  });
});

describe('kill -9 between Stripe’s answer and the commit', () => {
  const script = (user: string, idempotencyKey: string): ProcessCommand => {
    return { command: 'startSubscription', user, input: starter, idempotencyKey };
  };
  const kill = async (user: string, key: string) => {
    const hold = proxy.hold(create, 'answer', 1);
    const environment = { DATABASE_URL: db.url, STRIPE_API_BASE: proxy.url };
    const victim = startProcess('test/support/command-process.ts', [JSON.stringify(script(user, key))], environment);
    await hold.arrived();
    victim.child.kill('SIGKILL');
    await victim.ended;
    hold.drop();
  };

  it('the repeat goes on from the ledger: one subscription, the same key of Stripe’s', async () => {
    const who = await begunCustomer('user_crash');
    const began = (await keysUsed(who)).length;
    await kill('user_crash', 'crash');
    expect(await ledgerOf('crash')).toMatchObject({ state: 'RUNNING', steps: [{ call: 'subscriptions.create' }] });
    const result = await start(who, 'crash');
    expect(codes(result)).toEqual([]);
    expect(result.nextAction?.clientSecret).toContain('_secret_');
    expect((await open(who)).map(({ id }) => id)).toEqual([result.subscriptionId]);
    const keys = (await keysUsed(who)).slice(began);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('a day later no key is used again: the effect is looked for and found', async () => {
    const who = await begunCustomer('user_crash_old');
    const began = (await keysUsed(who)).length;
    await kill('user_crash_old', 'crash-old');
    await fetch(new URL('/_sandbox/idempotency_keys', world.sandbox.url), { method: 'DELETE' });
    await db.sql`update commands set steps = jsonb_set(steps, '{0,sentAt}', ${JSON.stringify(new Date(Date.now() - 25 * 3_600_000).toISOString())})
      where key = 'crash-old'`;
    const result = await start(who, 'crash-old');
    expect((await open(who)).map(({ id }) => id)).toEqual([result.subscriptionId]);
    expect((await keysUsed(who)).slice(began)).toHaveLength(1);
  });

  it('paid meanwhile: the answer is what is, not what was', async () => {
    const who = await begunCustomer('user_crash_paid');
    await kill('user_crash_paid', 'crash-paid');
    const [subscription] = await open(who);
    const invoice = await sdk.invoices.retrieve(String(subscription?.latest_invoice), {
      expand: ['confirmation_secret'],
    });
    await world.confirm(invoice.confirmation_secret?.client_secret.split('_secret_')[0], 'pm_card_visa');
    const result = await start(who, 'crash-paid');
    expect(result).toEqual({ subscriptionId: subscription?.id, nextAction: null, refusals: [] });
    const [row] = await db.sql<
      { status: string }[]
    >`select status from stripe_subscriptions where id = ${subscription?.id ?? ''}`;
    expect(row?.status).toBe('active');
  });
});

describe('commands of one account', () => {
  it('wait for each other without holding a connection, and say IN_PROGRESS when it takes too long', async () => {
    const who = await begunCustomer('user_busy');
    const hold = proxy.hold(create, 'before', 1);
    const first = start(who);
    await hold.arrived();
    const hasty = world.commandsOf(world.mirror, { times: { waitMs: 150 } });
    const waiting = Array.from({ length: 30 }, () => hasty.startSubscription({ viewer: who, input: starter }));
    const [activity] = await db.sql<{ idleInTransaction: number; locks: number }[]>`
      select (select count(*)::int from pg_stat_activity where datname = current_database() and state like 'idle in trans%')
        as "idleInTransaction",
      (select count(*)::int from pg_locks l join pg_stat_activity a using (pid)
        where a.datname = current_database() and a.pid <> pg_backend_pid() and not l.granted) as locks`;
    expect(activity).toEqual({ idleInTransaction: 0, locks: 0 });
    expect((await Promise.all(waiting)).flatMap(codes)).toEqual(Array(30).fill('IN_PROGRESS'));
    hold.release();
    const { subscriptionId } = await first;
    expect((await start(who)).subscriptionId).toBe(subscriptionId);
  });

  it('of other accounts go on meanwhile', async () => {
    const who = await begunCustomer('user_hangs');
    const customer = await world.customerOf(who);
    const hold = proxy.hold((request) => create(request) && request.body.includes(customer), 'before', 1);
    const hanging = start(who);
    await hold.arrived();
    expect(codes(await start(viewer('user_goes_on')))).toEqual([]);
    hold.release();
    expect(codes(await hanging)).toEqual([]);
  });

  it('take over a lease that ran out with its holder', async () => {
    const who = await begunCustomer('user_lease');
    await db.sql`insert into command_leases (account_id, holder, expires_at)
      select id, 'a dead one', clock_timestamp() + interval '300 milliseconds' from billing_accounts where owner_id = 'user_lease'`;
    expect(codes(await start(who))).toEqual([]);
    expect(await db.sql`select from command_leases`).toHaveLength(0);
  });

  it('that lose their lease write nothing more', async () => {
    const who = await begunCustomer('user_robbed');
    const hold = proxy.hold(create, 'answer', 1);
    const robbed = start(who, 'robbed');
    await hold.arrived();
    await db.sql`update command_leases set holder = 'another'`;
    hold.release();
    expect(codes(await robbed)).toEqual(['IN_PROGRESS']);
    expect((await ledgerOf('robbed'))?.state).toBe('RUNNING');
    await db.sql`delete from command_leases`;
    const result = await start(who, 'robbed');
    expect((await open(who)).map(({ id }) => id)).toEqual([result.subscriptionId]);
  });
});

async function faultOnce(fault: object): Promise<void> {
  const body = JSON.stringify({ times: 1, ...fault });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(new URL('/_sandbox/faults/api', world.sandbox.url), { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
}

async function commandsTo(apiBase: string, timeoutMs?: number) {
  const { createStripe } = await import('../../src/stripe/client.js');
  const stripe = createStripe({ secretKey: 'sk_test_world', apiBase, retries: 0, timeoutMs });
  closers.push(() => stripe.close());
  return world.commandsOf(world.mirror, { stripe });
}
const impatientCommands = () => commandsTo(proxy.url, 400);
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
