import { boundary } from '../../billing/pricing/periods.js';
import type { Engine } from '../../engine/engine.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { required, str, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, retrieveRoute } from '../../http/standard-routes.js';
import { deleteCustomer } from '../customers/customers.js';

type TestClock = StripeObjects['test_helpers.test_clock'];

const kind: Kind<'test_helpers.test_clock'> = {
  object: 'test_helpers.test_clock',
  prefix: 'clock',
  noun: 'test clock',
};

/** Stripe deletes a clock after 30 days. */
const LIFETIME = 30 * 24 * 3600;

export const testClocks: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/test_helpers/test_clocks', { frozen_time: required(time()), name: str(300) }, ({ tx, params }) => {
      const clock = tx.put('test_helpers.test_clock', {
        id: tx.newId('test_helpers.test_clock'),
        object: 'test_helpers.test_clock',
        created: tx.now(),
        deletes_after: tx.now() + LIFETIME,
        frozen_time: params.frozen_time,
        livemode: false,
        name: params.name ?? null,
        status: 'ready',
        status_details: {},
      });
      tx.emit('test_helpers.test_clock.created', clock);
      tx.schedule('test_clock.delete', clock.id, clock.deletes_after);
      return clock;
    }),
    retrieveRoute('GET /v1/test_helpers/test_clocks/:id', 'test_helpers.test_clock'),
    listRoute('GET /v1/test_helpers/test_clocks', 'test_helpers.test_clock', {}),
    route('DELETE /v1/test_helpers/test_clocks/:id', {}, ({ tx, ids }) => {
      const clock = tx.require('test_helpers.test_clock', ids.id as string);
      return deleteClock(tx, clock);
    }),
    route('POST /v1/test_helpers/test_clocks/:id/advance', { frozen_time: required(time()) }, ({ tx, params, ids }) => {
      const clock = tx.require('test_helpers.test_clock', ids.id as string);
      checkTarget(tx, clock, params.frozen_time);
      const advancing = tx.patch('test_helpers.test_clock', clock.id, {
        status: 'advancing',
        status_details: { advancing: { target_frozen_time: params.frozen_time } },
      });
      tx.emit('test_helpers.test_clock.advancing', advancing);
      return advancing;
    }),
  ],
  jobs: {
    'test_clock.delete': (tx, id) => {
      const clock = tx.get('test_helpers.test_clock', id);
      if (clock) deleteClock(tx, clock);
    },
  },
  // The answer to `advance` goes out first; what is due follows, then the clock is ready.
  start: (engine) => {
    engine.afterCommit.push((tx) => {
      for (const event of tx.events) {
        if (event.type !== 'test_helpers.test_clock.advancing') continue;
        const { id } = event.data.object as { id: string };
        setImmediate(() => finishAdvance(engine, id));
      }
    });
    const goOn = () => {
      for (const { id } of engine.store.of('test_helpers.test_clock').all())
        setImmediate(() => finishAdvance(engine, id));
    };
    engine.stateReplaced.push(goOn);
    goOn();
  },
};

function finishAdvance(engine: Engine, id: string): void {
  const target = engine.store.of('test_helpers.test_clock').get(id)?.status_details.advancing?.target_frozen_time;
  if (target === undefined || engine.isClosed) return;
  engine.runDue(id, target);
  engine.transact((tx) => {
    const ready = { frozen_time: target, status: 'ready' as const, status_details: {} };
    tx.emit('test_helpers.test_clock.ready', tx.patch('test_helpers.test_clock', id, ready));
  });
}

/** Forward only, and at most two of the shortest intervals of its subscriptions at once. */
function checkTarget(tx: Transaction, clock: TestClock, target: number): void {
  const param = 'frozen_time';
  if (clock.status !== 'ready') {
    throw invalidRequest('Test clock advancement underway - cannot advance it again until it is ready.', {
      code: 'test_clock_advancement_underway',
      status: 429,
    });
  }
  if (target <= clock.frozen_time) {
    throw invalidRequest('A test clock can only be advanced forward in time.', { param });
  }
  const limits = tx
    .where('customer', 'test_clock', clock.id)
    .flatMap(({ id }) => tx.where('subscription', 'customer', id))
    .flatMap(({ items }) => items.data)
    .flatMap(({ price: { recurring } }) =>
      recurring ? [boundary(clock.frozen_time, recurring as Parameters<typeof boundary>[1], 2)] : [],
    );
  if (limits.some((limit) => target > limit)) {
    throw invalidRequest(
      'You cannot advance a test clock more than two intervals of the shortest subscription on it at a time.',
      { param },
    );
  }
}

/** Its customers go with it, and their subscriptions. */
function deleteClock(tx: Transaction, clock: TestClock) {
  for (const { id } of tx.where('customer', 'test_clock', clock.id)) deleteCustomer(tx, id);
  tx.unschedule('test_clock.delete', clock.id);
  tx.emit('test_helpers.test_clock.deleted', clock);
  tx.delete('test_helpers.test_clock', clock.id);
  return { id: clock.id, object: 'test_helpers.test_clock', deleted: true };
}
