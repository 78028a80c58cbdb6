import { once } from 'node:events';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { versionsBeyond } from '../../src/db/account-status.js';
import { ensureAccount } from '../../src/db/accounts.js';
import { postgresSignals } from '../../src/feed/postgres-signals.js';
import { createSignalBus, type SignalBus, type SignalTransport } from '../../src/feed/signal-bus.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();
const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 5 });

/** Every transport must pass the whole of this. */
const transports: { name: string; create(): SignalTransport; cutAll(): Promise<unknown> }[] = [
  {
    name: 'PostgreSQL NOTIFY',
    create: () => postgresSignals(db.url),
    cutAll: () => db.sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'tollgate signals'`,
  },
];

describe.each(transports)('signals over $name', ({ create, cutAll }) => {
  const open: SignalBus[] = [];
  const instance = async (checkEvery = 60_000) => {
    const bus = createSignalBus({
      transport: create(),
      versionsBeyond: (known) => versionsBeyond(db, known),
      checkEvery,
    });
    open.push(bus);
    await until(() => expect(bus.connected).toBe(true));
    return bus;
  };
  const recorder = (bus: SignalBus, accountId: string) => {
    const versions: number[] = [];
    const stop = bus.subscribe(accountId, (version) => versions.push(version));
    return { versions, stop };
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()));
  });

  test('a change on one instance is heard on every instance, its own included', async () => {
    const [one, other] = [await instance(), await instance()];
    const [here, there] = [recorder(one, 'tga_a'), recorder(other, 'tga_a')];
    const elsewhere = recorder(other, 'tga_b');
    one.publish([{ accountId: 'tga_a', version: 2 }]);
    expect(here.versions).toContain(2);
    await until(() => expect(there.versions).toEqual([2]));
    expect(elsewhere.versions).toEqual([]);
  });

  test('a burst for one account is coalesced, and its newest version arrives', async () => {
    const [one, other] = [await instance(), await instance()];
    const there = recorder(other, 'tga_a');
    for (let version = 2; version <= 1_001; version++) {
      one.publish([{ accountId: 'tga_a', version }]);
      if (version % 100 === 0) await new Promise(setImmediate);
    }
    await until(() => expect(there.versions.at(-1)).toBe(1_001));
    expect(there.versions.length).toBeLessThanOrEqual(12);
  });

  test('thousands of accounts in one go arrive, in messages no larger than the transport takes', async () => {
    const [one, other] = [await instance(), await instance()];
    const ids = Array.from({ length: 3_000 }, (_, index) => `tga_${String(index).padStart(24, '0')}`);
    const heard = new Set<string>();
    for (const id of ids) other.subscribe(id, () => heard.add(id));
    one.publish(ids.map((accountId, index) => ({ accountId, version: index + 1 })));
    await until(() => expect(heard.size).toBe(3_000));
  });

  test('what is published around a cut of all connections arrives, and what comes after it too', async () => {
    const account = await ensureAccount(db, { kind: 'user', id: 'user_carol' });
    const [one, other] = [await instance(), await instance()];
    const there = recorder(other, account.id);
    const found = [one, other].map((bus) => new Promise<void>((resolve) => void bus.onCatalogue(resolve)));
    await db.sql`update billing_accounts set version = 7 where id = ${account.id}`;
    await cutAll();
    one.publish([{ accountId: account.id, version: 7 }]);
    await Promise.all(found);
    await until(() => expect(there.versions).toContain(7));
    one.publish([{ accountId: account.id, version: 8 }]);
    await until(() => expect(there.versions).toContain(8));
  });

  test('a signal lost while an instance was cut off is made up for by the stored version', async () => {
    const account = await ensureAccount(db, { kind: 'user', id: 'user_alice' });
    const other = await instance();
    const there = recorder(other, account.id);
    await cutAll();
    await db.sql`update billing_accounts set version = 5 where id = ${account.id}`;
    await until(() => expect(there.versions).toContain(5));
  });

  test('a signal that was never sent is found by the periodic look, once', async () => {
    const account = await ensureAccount(db, { kind: 'user', id: 'user_bob' });
    const bus = await instance(20);
    const { versions } = recorder(bus, account.id);
    await until(() => expect(versions).toEqual([1]));
    await db.sql`update billing_accounts set version = 9 where id = ${account.id}`;
    await until(() => expect(versions).toContain(9));
    const heard = versions.length;
    await db.sql`update billing_accounts set version = 10 where id = ${account.id}`;
    await until(() => expect(versions.at(-1)).toBe(10));
    expect(versions).toHaveLength(heard + 1);
  });

  test('the catalogue has a signal of its own, given also after a time of silence', async () => {
    const [one, other] = [await instance(), await instance()];
    const told = new EventTarget();
    let times = 0;
    other.onCatalogue(() => {
      times += 1;
      told.dispatchEvent(new Event('catalogue'));
    });
    const first = once(told, 'catalogue');
    one.publishCatalogue();
    await first;
    const again = once(told, 'catalogue');
    await cutAll();
    await again;
    expect(times).toBe(2);
  });

  test('who stopped listening hears nothing, and others on the same account still do', async () => {
    const bus = await instance();
    const [leaves, stays] = [recorder(bus, 'tga_a'), recorder(bus, 'tga_a')];
    leaves.stop();
    leaves.stop();
    bus.publish([{ accountId: 'tga_a', version: 3 }]);
    expect(leaves.versions).toEqual([]);
    expect(stays.versions).toContain(3);
  });

  test('what was published just before the end still goes out', async () => {
    const [one, other] = [await instance(), await instance()];
    const there = recorder(other, 'tga_a');
    one.publish([{ accountId: 'tga_a', version: 4 }]);
    await one.close();
    await until(() => expect(there.versions).toEqual([4]));
  });
});

test('signals that cannot be sent are kept, the newest of each account, and go out once they can', async () => {
  const sent: string[] = [];
  let fails = false;
  let handlers: Parameters<SignalTransport['start']>[0] | undefined;
  const transport = {
    connected: false,
    maxBytes: 100,
    start: (given: typeof handlers) => {
      handlers = given;
    },
    async send(payloads: readonly string[]) {
      if (fails) throw new Error('broken');
      sent.push(...payloads);
    },
    async close() {},
  };
  const bus = createSignalBus({ transport, versionsBeyond: async () => new Map() });
  bus.publish([{ accountId: 'tga_a', version: 2 }]);
  bus.publish([
    { accountId: 'tga_a', version: 3 },
    { accountId: 'tga_b', version: 9 },
  ]);
  await new Promise(setImmediate);
  expect(sent).toEqual([]);

  transport.connected = true;
  fails = true;
  handlers?.onConnected();
  await new Promise(setImmediate);
  expect(sent).toEqual([]);
  fails = false;
  bus.publish([{ accountId: 'tga_b', version: 10 }]);
  await new Promise(setImmediate);
  expect(sent).toEqual(['tga_a 3\ntga_b 10\n']);
  await bus.close();
});
