import type { Stripe } from 'stripe';
import { stripeTestClocks, type TestClockRow } from '../../db/tables/test-clocks.js';
import { projector } from '../projector.js';

/** Customers on a test clock live in its time. */
export const testClock = projector<Stripe.TestHelpers.TestClock, TestClockRow>({
  type: 'test_helpers.test_clock',
  table: stripeTestClocks,
  eventTypes: [
    'test_helpers.test_clock.created',
    'test_helpers.test_clock.advancing',
    'test_helpers.test_clock.ready',
    'test_helpers.test_clock.internal_failure',
    'test_helpers.test_clock.deleted',
  ],
  goneTypes: ['test_helpers.test_clock.deleted'],
  deletable: true,
  fetch: (ask, id) => ask((sdk) => sdk.testHelpers.testClocks.retrieve(id)),
  complete: () => true,
  owned: [],
  stripped: [],
  optional: [],
  volatile: [],
  customerOf: () => null,
  row: (payload) => ({
    name: payload.name,
    status: payload.status,
    frozenTime: payload.frozen_time,
    created: payload.created,
  }),
});
