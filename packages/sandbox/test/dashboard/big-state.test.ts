import { expect, test } from 'vitest';
import { startSandbox } from '../../src/index.js';

/** Records that a page may look at; one that looks at every object looks at 100,000. */
const FEW = 1000;
/** A filter that nothing fits, and what happened to one object, are found by looking through the events, once. */
const LOOKS_THROUGH_EVENTS = ['/dashboard/events?type=nothing.*', '/dashboard/objects/customer/'];

test('with 100,000 objects a page looks at few of them and stays small', async () => {
  const sandbox = await startSandbox({ freeze: false });
  const { engine } = sandbox;
  const ids = engine.transact((tx) => {
    const template = { object: 'customer', email: null, name: null, test_clock: null, livemode: false };
    const made: string[] = [];
    for (let count = 0; count < 100_000; count++) {
      const customer = { ...template, id: tx.newId('customer'), created: 1_700_000_000 + (count >> 3) };
      tx.put('customer', customer as never);
      made.push(customer.id);
    }
    for (let count = 0; count < 20_000; count++)
      tx.schedule('coupon.redeem_by', `coupon_${count}`, 2_000_000_000 + count);
    return made;
  });
  for (let count = 0; count < 20; count++) {
    engine.transact((tx) => {
      for (const id of ids.slice(count * 5000, count * 5000 + 5000))
        tx.emit('customer.created', { id, object: 'customer' });
    });
  }
  let looked = 0;
  for (const kind of ['customer', 'event', '_job'] as const) {
    const collection = engine.store.of(kind);
    for (const walk of ['newestFirst', 'all'] as const) {
      const original = collection[walk].bind(collection) as (after?: string) => Generator<never>;
      collection[walk] = function* (after?: string) {
        for (const item of original(after)) {
          looked += 1;
          yield item;
        }
      } as never;
    }
  }
  const read = async (path: string) => {
    looked = 0;
    const response = await fetch(sandbox.url + path, { headers: { accept: 'text/html' } });
    return { text: await response.text(), looked };
  };
  const middle = ids[50_000] as string;
  for (const path of [
    '/',
    '/dashboard/objects',
    '/dashboard/objects/customer',
    `/dashboard/objects/customer?after=${middle}`,
    `/dashboard/objects/customer/${ids[0]}`,
    `/dashboard/objects/customer?q=${middle}`,
    '/dashboard/events',
    '/dashboard/events?type=nothing.*',
    '/dashboard/clock',
  ]) {
    const page = await read(path);
    const most = LOOKS_THROUGH_EVENTS.some((start) => path.startsWith(start)) ? 100_000 + FEW : FEW;
    expect([path, page.looked]).toEqual([path, Math.min(page.looked, most)]);
    expect(page.text.length).toBeLessThan(60_000);
  }
  const { text } = await read(`/dashboard/objects/customer?after=${middle}`);
  expect(text).toContain(`data-row="${ids[49_999]}"`);
  expect(text).not.toContain(`data-row="${middle}"`);
  await sandbox.close();
});
