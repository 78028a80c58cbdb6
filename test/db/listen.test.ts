import type { AddressInfo } from 'node:net';
import { connect as connectSocket, createServer, type Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { type ListenConnection, listen } from '../../src/db/listen.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();
const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 10_000, interval: 5 });
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A way to the database that can be refused, cut, or made silent from the server's side. */
async function gateTo(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const gate = { open: true, silent: false, cut: () => {}, url: '' };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    if (!gate.open) return socket.destroy();
    const upstream = connectSocket(Number(target.port), target.hostname);
    upstream.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    socket.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => {
      if (!gate.silent) socket.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  gate.cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const here = new URL(url);
  here.port = String((server.address() as AddressInfo).port);
  gate.url = here.href;
  closers.push(() => {
    gate.cut();
    return new Promise((resolve) => server.close(resolve));
  });
  return gate;
}

function listenTo(url: string, probe: { probeEvery?: number; probeWithin?: number } = {}) {
  const messages: string[] = [];
  let connections = 0;
  const connection: ListenConnection = listen(url, {
    channel: 'spoken',
    onMessage: (payload) => messages.push(payload),
    onConnected: () => {
      connections += 1;
    },
    ...probe,
  });
  closers.push(() => connection.close());
  return { connection, messages, connections: () => connections };
}

test('hears what any connection says on its channel, and not its own proofs', async () => {
  const { connection, messages } = listenTo(db.url, { probeEvery: 10 });
  await until(() => expect(connection.connected).toBe(true));
  await db.sql`select pg_notify('spoken', 'from elsewhere')`;
  await connection.notify(['from here', 'and more']);
  await until(() => expect(messages).toEqual(['from elsewhere', 'from here', 'and more']));
});

test('a database that is away for longer than one attempt is found again', async () => {
  const gate = await gateTo(db.url);
  gate.open = false;
  const { connection, messages, connections } = listenTo(gate.url);
  await expect(connection.notify(['lost'])).rejects.toThrow('The connection for signals is down.');
  gate.open = true;
  await until(() => expect(connection.connected).toBe(true));

  gate.open = false;
  gate.cut();
  await until(() => expect(connection.connected).toBe(false));
  gate.open = true;
  await until(() => expect(connections()).toBe(2));
  await connection.notify(['found']);
  await until(() => expect(messages).toEqual(['found']));
});

test('a connection that is open but hears nothing does not count, and is replaced', async () => {
  const gate = await gateTo(db.url);
  const { connection, connections } = listenTo(gate.url, { probeEvery: 20, probeWithin: 100 });
  await until(() => expect(connection.connected).toBe(true));
  gate.silent = true;
  await until(() => expect(connection.connected).toBe(false));
  gate.silent = false;
  await until(() => expect(connections()).toBeGreaterThan(1));
  expect(connection.connected).toBe(true);
});

test('closes at once, also while it is trying to connect', async () => {
  const gate = await gateTo(db.url);
  gate.silent = true;
  const { connection } = listenTo(gate.url);
  const began = performance.now();
  await connection.close();
  expect(performance.now() - began).toBeLessThan(1_000);
  expect(connection.connected).toBe(false);
});
