import { describe, expect, test } from 'vitest';
import { connect } from '../../src/db/connect.js';
import { createGroupCommit } from '../../src/inbox/group-commit.js';
import { createReceiver, LARGEST_BODY, type Receiver } from '../../src/inbox/receive.js';
import { createLogger } from '../../src/log.js';
import { createTestDatabase } from '../support/database.js';
import { eventId, signatureOf, webhookSecret } from '../support/mirror-world.js';

const db = await createTestDatabase();
let woken = 0;
const receiverOver = (database: typeof db | ReturnType<typeof connect>, livemode = false): Receiver =>
  createReceiver({
    ...{ db: database, secrets: ['whsec_other', webhookSecret], livemode, log: createLogger('silent') },
    onStored: () => woken++,
  });
const receiver = receiverOver(db);

const message = (parts: Record<string, unknown> = {}) => ({
  ...{ id: eventId(), object: 'event', type: 'customer.updated', created: 1_800_000_000, livemode: false },
  ...{ api_version: '2026-10-28.endive', data: { object: { id: 'cus_1', object: 'customer' } } },
  ...parts,
});
const receive = (body: unknown, header?: string, to = receiver) => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return to.receive(bytes, header ?? signatureOf(bytes));
};
const stored = async (id: string) => {
  const [row] = await db.sql<{ state: string; lane: string; error: string | null; body: Buffer; type: string }[]>`
    select state, lane, last_error as error, body, type from inbox_events where id = ${id}`;
  return row;
};
const count = async () => (await db.sql`select id from inbox_events`).length;

describe('receive', () => {
  test('answers 200 once the event is committed, byte for byte, and wakes the worker', async () => {
    const event = message();
    const bytes = Buffer.from(`${JSON.stringify(event, null, 2)}\n`);
    const before = woken;
    expect(await receive(bytes)).toMatchObject({ status: 200 });
    expect(await stored(event.id)).toMatchObject({ state: 'RECEIVED', lane: 'cus_1', type: 'customer.updated' });
    expect((await stored(event.id))?.body.equals(bytes)).toBe(true);
    expect(woken).toBe(before + 1);
  });

  test('a duplicate is 200 and stored once, also when both come at once', async () => {
    const event = message();
    const answers = await Promise.all([receive(event), receive(event), receive(event)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect((await receive(event)).status).toBe(200);
    expect(await db.sql`select id from inbox_events where id = ${event.id}`).toHaveLength(1);
  });

  test.each([
    ['no signature', '', /missing/],
    ['a wrong signature', `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`, /No signature matches/],
    ['nonsense', 'nonsense', /no time/],
  ])('%s is 400 and costs no row', async (_, header, reason) => {
    const before = await count();
    const answer = await receive(message(), header);
    expect(answer).toMatchObject({ status: 400, message: expect.stringMatching(reason) });
    expect(await count()).toBe(before);
  });

  test('an old signature is 400: a recorded request cannot be played again', async () => {
    const body = Buffer.from(JSON.stringify(message()));
    const old = signatureOf(body, webhookSecret, Math.floor(Date.now() / 1000) - 301);
    expect(await receive(body, old)).toMatchObject({ status: 400, message: expect.stringMatching(/old/) });
  });

  test.each(['{"id":', '', '\ufeff?', 'null x'])('a signed body that is not JSON (%j) is 400', async (text) => {
    expect(await receive(Buffer.from(text))).toMatchObject({ status: 400 });
  });

  test('bytes that are not UTF-8 are 400, not guessed at', async () => {
    expect((await receive(Buffer.from([0x22, 0xff, 0x22]))).status).toBe(400);
  });

  test('more than 1 MiB is 413 before anything is verified; 1 MiB is stored', async () => {
    expect((await receive(Buffer.alloc(LARGEST_BODY + 1))).status).toBe(413);
    const small = message({ padding: '' });
    const event = { ...small, padding: 'x'.repeat(LARGEST_BODY - Buffer.byteLength(JSON.stringify(small))) };
    expect((await receive(event)).status).toBe(200);
    expect((await stored(event.id))?.body.byteLength).toBe(LARGEST_BODY);
  });

  test.each([
    ['a type that is not projected', message({ type: 'charge.succeeded' }), /not projected/],
    ['an event without an object id', message({ type: 'invoice.updated', data: { object: {} } }), /no id/],
    ['the other mode', message({ livemode: true }), /live mode/],
    ['a connected account', message({ account: 'acct_2' }), /acct_2/],
    ['a thin event of the v2 API', { id: 'evt_v2', object: 'v2.core.event', type: 'v1.billing.meter' }, /v1 API/],
  ])('%s is 200, kept as IGNORED with its reason', async (_, event, reason) => {
    const before = woken;
    expect((await receive(event)).status).toBe(200);
    expect(await stored(event.id)).toMatchObject({ state: 'IGNORED', error: expect.stringMatching(reason) });
    expect(woken).toBe(before);
  });

  test('signed JSON of any other shape is kept under a name made of its bytes', async () => {
    for (const body of [[], 7, 'text', {}, { id: 7 }, { data: null }]) {
      const before = await count();
      expect((await receive(body)).status).toBe(200);
      expect(await count()).toBe(before + 1);
    }
    const [row] = await db.sql`select id from inbox_events where id like 'sha256:%' and state <> 'IGNORED'`;
    expect(row).toBeUndefined();
  });

  test('text that PostgreSQL cannot store does not come back for ever', async () => {
    const id = eventId();
    expect((await receive(message({ id: `${id}\0`, type: 'a\0b\ud800' }))).status).toBe(200);
    expect(await stored(`${id}\ufffd`)).toMatchObject({ type: 'a\ufffdb\ufffd' });
  });

  test.each([
    ['the customer itself', { id: 'cus_9', object: 'customer' }, {}, 'cus_9'],
    ['its customer', { id: 'sub_1', object: 'subscription', customer: 'cus_2' }, {}, 'cus_2'],
    ['its expanded customer', { id: 'sub_1', object: 'subscription', customer: { id: 'cus_3' } }, {}, 'cus_3'],
    ['its former customer', { id: 'pm_1', customer: null }, { previous_attributes: { customer: 'cus_4' } }, 'cus_4'],
    ['the object, for what has no customer', { id: 'prod_1', object: 'product' }, {}, 'prod_1'],
  ])("the event's lane is %s", async (_, object, rest, lane) => {
    const event = message({ type: 'customer.subscription.updated', data: { object, ...rest } });
    await receive(event);
    expect((await stored(event.id))?.lane).toBe(lane);
  });

  test('503 while it cannot be stored, so that Stripe sends it again', async () => {
    const nowhere = connect('postgres://nobody@127.0.0.1:1/nothing');
    const answer = await receive(message(), undefined, receiverOver(nowhere));
    await nowhere.close();
    expect(answer).toMatchObject({ status: 503, retryAfter: expect.any(Number) });
  });

  test('a burst shares commits: far fewer statements than events, each stored', async () => {
    const transactions = async () => {
      const [row] = await db.sql<{ n: number }[]>`select count(distinct xmin::text)::int as n from inbox_events`;
      return row?.n ?? 0;
    };
    const before = await transactions();
    const events = Array.from({ length: 200 }, () => message());
    const answers = await Promise.all(events.map((event) => receive(event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect((await transactions()) - before).toBeLessThan(20);
  });
});

describe('group commit', () => {
  test('a value that cannot be stored fails alone', async () => {
    const bad = new Error('bad value');
    const groups: number[] = [];
    const store = createGroupCommit<number>(
      async (group) => {
        groups.push(group.length);
        await Promise.resolve();
        if (group.includes(13)) throw bad;
      },
      (error) => error === bad,
    );
    const results = await Promise.allSettled([1, 2, 13, 4].map((value) => store(value)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(groups).toEqual([1, 3, 1, 1, 1]);
  });

  test('what is no fault of a value fails the group at once', async () => {
    let commits = 0;
    const store = createGroupCommit<number>(
      () => {
        commits++;
        return Promise.reject(new Error('the store is away'));
      },
      () => false,
    );
    const results = await Promise.allSettled([1, 2, 3].map((value) => store(value)));
    expect(results.every(({ status }) => status === 'rejected')).toBe(true);
    expect(commits).toBe(2);
  });
});
