import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { ensureAccount } from '../../src/db/accounts.js';
import { recomputeStatus } from '../../src/mirror/recompute-status.js';
import { Accesses } from '../../src/resolvers/accesses.js';
import { BillingStatusSubscription } from '../../src/resolvers/billing-status-subscription.js';
import { BillingStatuses } from '../../src/resolvers/billing-statuses.js';
import { createTestDatabase } from '../support/database.js';
import { startLiveGateway, token, watch } from '../support/live-gateway.js';
import { accountWithCustomer, storeSubscription } from '../support/mirror-rows.js';

const db = await createTestDatabase();
const resolvers: Parameters<typeof startLiveGateway>[1] = [Accesses, BillingStatuses, BillingStatusSubscription];
const one = await startLiveGateway(db.url, resolvers, { keepAlive: 2_000 });
const other = await startLiveGateway(db.url, resolvers);
const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 5 });

const query = `subscription Watch($account: ID, $after: SafeInt) {
  billingStatus(accountId: $account, after: $after) {
    accountId version cause access { allowed state trustUntil } subscriptions { id stripeStatus }
  }
}`;
let count = 0;
/** Somebody with an account, a customer and a token. */
async function somebody(expiresIn?: number) {
  const user = `user_${++count}`;
  const account = await accountWithCustomer(db, user, `cus_${count}`);
  const authorization = `Bearer ${await token({ sub: user }, expiresIn)}`;
  return { ...account, user, authorization };
}
/** What a projection does, on one instance. */
async function subscribes(account: { id: string; customerId: string }, gateway = one): Promise<string> {
  const subscription = await db.transaction(async (tx) => {
    const id = await storeSubscription(tx, account.customerId, { status: 'active' });
    const status = await recomputeStatus(tx, account.id, { policy: { gracePeriod: 0 } });
    return { id, version: status?.version ?? 0 };
  });
  gateway.bus.publish([{ accountId: account.id, version: subscription.version }]);
  return subscription.id;
}
const statuses = (watched: ReturnType<typeof watch>) => watched.answers.map((answer) => answer.data.billingStatus);
const versions = (watched: ReturnType<typeof watch>) => statuses(watched).map((status) => status.version);

test('the status as it is comes first, then every change, with what it selects freshly loaded', async () => {
  const alice = await somebody();
  const watched = watch(one.url, { query }, { authorization: alice.authorization });
  await until(() => expect(watched.answers).toHaveLength(1));
  expect(statuses(watched)[0]).toMatchObject({
    ...{ accountId: alice.id, version: 1, cause: 'ACCOUNT_CREATED', subscriptions: [] },
    access: { allowed: false, state: 'NONE' },
  });
  const first = await subscribes(alice);
  await until(() => expect(watched.answers).toHaveLength(2));
  const second = await subscribes(alice);
  await until(() => expect(watched.answers).toHaveLength(3));
  expect(statuses(watched)[1]).toMatchObject({
    ...{ version: 2, cause: 'SUBSCRIPTION_STARTED', subscriptions: [{ id: first, stripeStatus: 'active' }] },
    access: { allowed: true, state: 'FULL' },
  });
  expect(
    statuses(watched)[2]
      .subscriptions.map(({ id }: { id: string }) => id)
      .sort(),
  ).toEqual([first, second].sort());
  await watched.stop();
});

test('a change on one instance is pushed by another, in any spelling of the authorization', async () => {
  const alice = await somebody();
  const spellings = [
    { authorization: alice.authorization },
    { Authorization: alice.authorization },
    { headers: { Authorization: alice.authorization } },
  ];
  const watches = spellings.map((params) => watch(other.url, { query }, params));
  await until(() => expect(watches.map(versions)).toEqual([[1], [1], [1]]));
  await subscribes(alice, one);
  await until(() =>
    expect(watches.map(versions)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]),
  );
  await Promise.all(watches.map((watched) => watched.stop()));
});

test('the first answer is left out for who has that version, and given to who has another', async () => {
  const alice = await somebody();
  await subscribes(alice);
  const params = { authorization: alice.authorization };
  const [has, hasNot] = [2, 1].map((after) => watch(one.url, { query, variables: { after } }, params));
  if (!has || !hasNot) throw new Error('unreachable');
  await until(() => expect(versions(hasNot)).toEqual([2]));
  await subscribes(alice);
  await until(() => expect(versions(has)).toEqual([3]));
  await until(() => expect(versions(hasNot)).toEqual([2, 3]));
  await Promise.all([has.stop(), hasNot.stop()]);
});

test('a killed signal connection costs no change', async () => {
  const alice = await somebody();
  const watched = watch(other.url, { query }, { authorization: alice.authorization });
  await until(() => expect(watched.answers).toHaveLength(1));
  await db.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'tollgate signals'`;
  await subscribes(alice, one);
  await until(() => expect(versions(watched)).toEqual([1, 2]));
  await until(() => expect([one.bus.connected, other.bus.connected]).toEqual([true, true]));
  await subscribes(alice, one);
  await until(() => expect(versions(watched)).toEqual([1, 2, 3]));
  await watched.stop();
});

test('a client that reads nothing while a thousand changes pass is given the newest, and no backlog', async () => {
  const alice = await somebody();
  const watched = watch(one.url, { query }, { authorization: alice.authorization });
  await until(() => expect(watched.answers).toHaveLength(1));
  watched.socket().pause();
  for (let version = 2; version <= 1_001; version++) {
    await db.sql`update billing_accounts set version = ${version} where id = ${alice.id}`;
    one.bus.publish([{ accountId: alice.id, version }]);
  }
  watched.socket().resume();
  await until(() => expect(versions(watched).at(-1)).toBe(1_001));
  // One may have been on its way when the client stopped reading.
  expect(versions(watched).length).toBeLessThanOrEqual(3);
  await watched.stop();
});

test('the same version comes again before it may no longer be trusted', async () => {
  const alice = await somebody();
  await db.sql`update billing_accounts set next_transition_at = now() + interval '6 s' where id = ${alice.id}`;
  const watched = watch(one.url, { query }, { authorization: alice.authorization });
  await until(() => expect(versions(watched)).toEqual([1]));
  await until(() => expect(versions(watched)).toEqual([1, 1]));
  expect(Date.now()).toBeLessThan(Date.parse(statuses(watched)[0].access.trustUntil));
  await watched.stop();
});

test('who may not see an account is told that there is none, and a right that ends ends the watching', async () => {
  const [alice, bob] = [await somebody(), await somebody()];
  const params = { authorization: bob.authorization };
  for (const account of [alice.id, `user:${alice.user}`, 'tga_unknown', 'organization:org_acme']) {
    const refused = watch(one.url, { query, variables: { account } }, params);
    await until(() => expect(refused.answers).toHaveLength(1));
    expect(refused.answers[0]).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    await refused.stop();
  }
  const server = watch(
    one.url,
    { query, variables: { account: 'user:user_unseen' } },
    { authorization: `Bearer ${await token({ sub: 'backend', scope: 'billing:server' })}` },
  );
  await until(() => expect(versions(server)).toEqual([1]));
  await server.stop();

  const own = watch(one.url, { query, variables: { account: bob.id } }, params);
  await until(() => expect(versions(own)).toEqual([1]));
  await db.sql`update billing_accounts set owner_id = 'user_elsewhere', version = 2 where id = ${bob.id}`;
  one.bus.publish([{ accountId: bob.id, version: 2 }]);
  expect(await own.ended).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  expect(own.answers).toHaveLength(1);
  await own.stop();
});

test('a bad token, and none where one is needed, close with 4401; an expired one with 4403', async () => {
  const bad = watch(one.url, { query }, { authorization: 'Bearer nonsense' });
  expect(await bad.ended).toMatchObject({ code: 4401, reason: 'The token is not a well-formed JWT.' });
  const none = watch(one.url, { query });
  expect(await none.ended).toMatchObject({ code: 4401 });
  const open = watch(one.url, { query: '{ __typename }' });
  expect(await open.ended).toBe('complete');
  expect(open.answers).toEqual([{ data: { __typename: 'Query' } }]);

  const alice = await somebody(2);
  const brief = watch(one.url, { query }, { authorization: alice.authorization });
  await until(() => expect(versions(brief)).toEqual([1]));
  expect(await brief.ended).toMatchObject({ code: 4403 });
  await Promise.all([bad, none, open, brief].map((watched) => watched.stop()));
});

test('a wrong operation is answered with its errors, and the socket goes on', async () => {
  const alice = await somebody();
  const watched = watch(one.url, { query }, { authorization: alice.authorization });
  await until(() => expect(watched.answers).toHaveLength(1));
  for (const [wrong, code] of [
    ['subscription { billingStatus { nothing } }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription {', 'GRAPHQL_PARSE_FAILED'],
  ] as const) {
    const error = await new Promise((resolve) => {
      watched.client.subscribe({ query: wrong }, { next() {}, error: resolve, complete() {} });
    });
    expect(error).toMatchObject([{ extensions: { code } }]);
  }
  await subscribes(alice);
  await until(() => expect(versions(watched)).toEqual([1, 2]));
  await watched.stop();
});

test('an operation that the client completes is followed no more', async () => {
  const account = await ensureAccount(db, { kind: 'user', id: 'user_leaves' });
  const subscribed = vi.spyOn(one.bus, 'subscribe');
  const socket = new WebSocket(one.url, 'graphql-transport-ws');
  const messages: { id?: string; type: string }[] = [];
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  await once(socket, 'open');
  const authorization = `Bearer ${await token({ sub: 'user_leaves' })}`;
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await until(() => expect(messages).toHaveLength(1));
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  await until(() => expect(messages).toHaveLength(2));
  socket.send(JSON.stringify({ id: '1', type: 'complete' }));
  socket.send(JSON.stringify({ type: 'ping' }));
  await until(() => expect(messages.at(-1)).toEqual({ type: 'pong' }));
  const heard = subscribed.mock.calls[0]?.[1];
  expect(heard).toBeTypeOf('function');
  one.bus.publish([{ accountId: account.id, version: 9 }]);
  socket.send(JSON.stringify({ type: 'ping' }));
  await until(() => expect(messages.filter(({ type }) => type === 'pong')).toHaveLength(2));
  expect(messages.filter(({ type }) => type === 'next')).toHaveLength(1);
  socket.close();
  await once(socket, 'close');
});

test('messages that are too large or none, other protocols and silence are refused', async () => {
  const open = async (protocol?: string) => {
    const socket = new WebSocket(one.url, protocol ? [protocol] : []);
    socket.on('error', () => {});
    await once(socket, 'open');
    return socket;
  };
  const codeOf = async (socket: WebSocket) => (await once(socket, 'close'))[0];
  const large = await open('graphql-transport-ws');
  large.send(JSON.stringify({ type: 'connection_init', payload: { text: 'x'.repeat(200_000) } }));
  expect(await codeOf(large)).toBe(1009);
  const broken = await open('graphql-transport-ws');
  broken.send('{"type":');
  expect(await codeOf(broken)).toBe(4400);
  const early = await open('graphql-transport-ws');
  early.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
  expect(await codeOf(early)).toBe(4401);
  expect(await codeOf(await open())).toBe(4406);
  expect(await codeOf(await open('graphql-transport-ws'))).toBe(4408);
});

test('one socket carries so many operations at a time, and no more', async () => {
  const narrow = await startLiveGateway(db.url, resolvers, { maxOperations: 2 });
  const alice = await somebody();
  const watched = watch(narrow.url, { query }, { authorization: alice.authorization });
  await until(() => expect(watched.answers).toHaveLength(1));
  const more = () =>
    new Promise((resolve) => {
      watched.client.subscribe({ query }, { next: () => resolve('given'), error: resolve, complete() {} });
    });
  expect(await more()).toBe('given');
  expect(await more()).toMatchObject([{ extensions: { code: 'TOO_MANY_OPERATIONS' } }]);
  await watched.stop();
  await narrow.close();
});

test('a client that asks and asks but reads nothing is cut off before its answers fill the memory', async () => {
  const narrow = await startLiveGateway(db.url, resolvers, { maxBuffered: 64 * 1024, keepAlive: 60_000 });
  const socket = new WebSocket(narrow.url, 'graphql-transport-ws');
  socket.on('error', () => {});
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.pause();
  const cut = once(socket, 'close');
  const text = `{ ${Array.from({ length: 2_000 }, (_, index) => `a${index}: __typename`).join(' ')} }`;
  // More than the network's own buffers take in; every answer has about 30 kB.
  for (let index = 0; index < 700; index++) {
    socket.send(JSON.stringify({ id: String(index), type: 'subscribe', payload: { query: text } }));
  }
  await vi.waitFor(() => expect(narrow.sockets()).toBe(0), { timeout: 20_000 });
  socket.resume();
  expect((await cut)[0]).toBe(1006);
  await narrow.close();
});

test('a client that is gone without a word is noticed', async () => {
  const { hostname, port } = new URL(one.url);
  const raw = connectTcp(Number(port), hostname);
  raw.write(
    `GET /graphql HTTP/1.1\r\nHost: ${hostname}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  // Reads, so that the connection lives, but answers no ping.
  raw.resume().on('error', () => {});
  const masked = Buffer.from(JSON.stringify({ type: 'connection_init' }));
  raw.write(Buffer.concat([Buffer.from([0x81, 0x80 | masked.length, 0, 0, 0, 0]), masked]));
  await once(raw, 'close');
});

test('a gateway that goes away says so to every client', async () => {
  const leaving = await startLiveGateway(db.url, resolvers);
  const alice = await somebody();
  const watched = watch(leaving.url, { query }, { authorization: alice.authorization });
  await until(() => expect(watched.answers).toHaveLength(1));
  const [ended] = await Promise.all([watched.ended, leaving.close()]);
  expect(ended).toMatchObject({ code: 1001 });
});
