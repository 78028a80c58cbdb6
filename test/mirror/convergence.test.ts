import { expect, test } from 'vitest';
import type { StripeObject } from '../../src/mirror/projector.js';
import { recomputeStatus } from '../../src/mirror/recompute-status.js';
import { createTestDatabase } from '../support/database.js';
import { mirrorDrift } from '../support/mirror-drift.js';
import { createMirrorWorld, type Snapshot } from '../support/mirror-world.js';
import { createCustomer, createTeamPlan } from '../support/team-plan.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db, { worker: { backoff: { first: 5, longest: 5 } } });
const other = world.instance({ worker: { pollEvery: 10, backoff: { first: 5, longest: 5 } } });
const { sdk } = world.stripe;
const delivered = new Set<string>();
const plans = [await createTeamPlan(sdk), await createTeamPlan(sdk)];

const seeds = Array.from({ length: Number(process.env.CONVERGENCE_SEEDS ?? 5) }, (_, i) => i + 1);

/**
 * Worlds made by chance: changes in Stripe, some of them by commands whose answers are projected late, some events
 * applied twice, all of them in any order within a stretch, several in one second, two instances at work, reads in
 * between. Whatever the history, the end is what Stripe has.
 */
test.each(seeds)('seed %i: whatever the order, the mirror ends as what Stripe has', async (seed) => {
  const random = randomOf(seed);
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)] as T;
  world.worker.start();
  other.worker.start();
  const customers = [
    await createCustomer(sdk, `user:user_${seed}_a`),
    await createCustomer(sdk, `user:user_${seed}_b`),
  ];
  const subscriptions: string[] = [];
  const late: (() => Promise<void>)[] = [];

  const command = async (call: (stamped: typeof sdk) => Promise<unknown>) => {
    const { mirror } = pick([world, other]);
    const stamp = await mirror.beginRead();
    const answer = await mirror.stripe.call((s) => call(s) as never);
    late.push(() => mirror.projectAnswer(answer.value as StripeObject, { ...stamp, ...answer }));
  };
  const acts = [
    () => command((s) => s.customers.update(pick(customers).id, { name: `name ${random()}` })),
    () => sdk.customers.update(pick(customers).id, { metadata: { n: String(random()) } }),
    () => sdk.products.update(pick(plans).product.id, { description: `text ${random()}` }),
    () => sdk.paymentMethods.attach(pick(['pm_card_visa', 'pm_card_mastercard']), { customer: pick(customers).id }),
    async () => {
      const items = [{ price: pick(plans).price.id }];
      subscriptions.push((await sdk.subscriptions.create({ customer: pick(customers).id, items })).id);
    },
    async () => {
      const id = subscriptions.splice(Math.floor(random() * subscriptions.length), 1)[0];
      if (id) await command((s) => s.subscriptions.cancel(id));
    },
    async () => void (await other.mirror.refetch('customer', pick(customers).id)),
    async () => world.advance(pick([1, 1, 5])),
  ];

  for (let step = 0; step < 40; step++) {
    await pick(acts)();
    if (random() < 0.3) await late.splice(Math.floor(random() * late.length), 1)[0]?.();
    if (random() < 0.3) await deliver();
  }
  await deliver();
  for (const project of shuffled(late)) await project();
  await Promise.all([world.worker.idle(), other.worker.idle()]);

  expect(await mirrorDrift(db, world.stripe)).toEqual([]);
  expect(await db.sql`select id, state, last_error from inbox_events where state in ('FAILED', 'GAVE_UP')`).toEqual([]);
  await expectStatusesFollowFromRows();
  await world.worker.stop();
  await other.worker.stop();

  async function deliver() {
    const fresh = (await allEvents()).filter(({ id }) => !delivered.has(id));
    for (const { id } of fresh) delivered.add(id);
    const copies = fresh.filter(() => random() < 0.2);
    await Promise.all(shuffled([...fresh, ...copies]).map((event) => world.receive(event)));
  }
  function shuffled<T>(values: readonly T[]): T[] {
    return values
      .map((value) => ({ value, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ value }) => value);
  }
});

async function allEvents(): Promise<Snapshot[]> {
  const events: Snapshot[] = [];
  for (let after = ''; ; ) {
    const page = (await world.snapshot(`/v1/events?limit=100${after}`)) as unknown as {
      data: Snapshot[];
      has_more: boolean;
    };
    events.push(...page.data);
    after = `&starting_after=${page.data.at(-1)?.id}`;
    if (!page.has_more || page.data.some(({ id }) => delivered.has(id))) return events.reverse();
  }
}

async function expectStatusesFollowFromRows() {
  const accounts = await db.sql<{ id: string }[]>`select id from billing_accounts where stripe_customer_id is not null`;
  for (const { id } of accounts) {
    const again = await db.transaction((tx) => recomputeStatus(tx, id, { policy: { gracePeriod: 7 * 86_400 } }));
    expect(again?.changed).toBe(false);
  }
  const gaps = await db.sql`
    select account_id from (select account_id, version, lag(version) over (partition by account_id order by seq) as before
      from feed_entries where account_id is not null) as entries
    where before is not null and version <> before + 1`;
  expect(gaps).toEqual([]);
}

function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) | 0;
    const mixed = state ^ (state + Math.imul(state ^ (state >>> 7), 61 | state));
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
