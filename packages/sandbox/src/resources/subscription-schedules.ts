import { advanceSchedule } from '../billing/schedules/schedule-advance.js';
import { createSchedule, scheduleSubscription } from '../billing/schedules/schedule-create.js';
import { cancelUnstarted, release } from '../billing/schedules/schedule-end.js';
import { requireLive, type Schedule } from '../billing/schedules/schedule-store.js';
import { announceExpiry } from '../billing/schedules/schedule-turn.js';
import { updateSchedule } from '../billing/schedules/schedule-update.js';
import { cancelNow } from '../billing/subscriptions/subscription-cancel.js';
import { invalidRequest, missingParam } from '../engine/errors.js';
import type { Kind } from '../engine/kinds.js';
import type { Transaction } from '../engine/transaction.js';
import { bool, metadata, type ParamsOf, type Range, range, str } from '../http/params.js';
import { type ResourceModule, route } from '../http/route.js';
import { inRange, listRoute, mergeMetadata, retrieveRoute } from '../http/standard-routes.js';
import { billingMode } from './subscription-create-params.js';
import { prorationBehavior } from './subscription-params.js';
import {
  changedPhases,
  defaultSettings,
  defaultSettingsOf,
  endBehavior,
  newPhases,
  scheduleBillingMode,
  scheduleStart,
} from './subscription-schedule-params.js';
import { givenPhases } from './subscription-schedule-phases.js';

const kind: Kind<'subscription_schedule'> = {
  object: 'subscription_schedule',
  prefix: 'sub_sched',
  indexes: { customer: ({ customer }) => customer },
};

const createShape = {
  billing_mode: scheduleBillingMode,
  customer: str(),
  default_settings: defaultSettings,
  end_behavior: endBehavior,
  from_subscription: str(),
  metadata: metadata(),
  phases: newPhases,
  start_date: scheduleStart,
};
const updateShape = {
  default_settings: defaultSettings,
  end_behavior: endBehavior,
  metadata: metadata(),
  phases: changedPhases,
  proration_behavior: prorationBehavior,
};

export const subscriptionSchedules: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/subscription_schedules', createShape, ({ tx, params }) => create(tx, params)),
    retrieveRoute('GET /v1/subscription_schedules/:id', 'subscription_schedule'),
    listRoute(
      'GET /v1/subscription_schedules',
      'subscription_schedule',
      {
        canceled_at: range(),
        completed_at: range(),
        created: range(),
        customer: str(),
        released_at: range(),
        scheduled: bool(),
      },
      {
        match: (found, { customer, canceled_at, completed_at, released_at, scheduled }) =>
          // Those on a test clock are only shown to who asks for their customer.
          (customer !== undefined || found.test_clock === null) &&
          within(found.canceled_at, canceled_at) &&
          within(found.completed_at, completed_at) &&
          within(found.released_at, released_at) &&
          (scheduled === undefined || (found.status === 'not_started') === scheduled),
      },
    ),
    route('POST /v1/subscription_schedules/:id', updateShape, ({ tx, ids, params }) => {
      return update(tx, ids.id as string, params);
    }),
    route(
      'POST /v1/subscription_schedules/:id/cancel',
      { invoice_now: bool(), prorate: bool() },
      ({ tx, ids, params }) => {
        const { id, subscription } = requireLive(tx, ids.id as string, 'cancel');
        if (subscription === null) return cancelUnstarted(tx, id);
        cancelNow(tx, subscription as string, {
          reason: 'cancellation_requested',
          invoice_now: params.invoice_now ?? true,
          prorate: params.prorate ?? true,
        });
        return tx.require('subscription_schedule', id);
      },
    ),
    route('POST /v1/subscription_schedules/:id/release', { preserve_cancel_date: bool() }, ({ tx, ids, params }) => {
      const schedule = requireLive(tx, ids.id as string, 'release');
      const { subscription, test_clock } = schedule;
      const released = release(tx, schedule, tx.now(test_clock), {
        preserveCancelDate: params.preserve_cancel_date ?? false,
      });
      if (subscription !== null) tx.emit('customer.subscription.updated', tx.require('subscription', subscription));
      return released;
    }),
  ],
  jobs: {
    'subscription_schedule.expiring': announceExpiry,
    'subscription_schedule.turn': advanceSchedule,
  },
};

function within(at: number | null, range: Range | undefined): boolean {
  return range === undefined || (at !== null && inRange(at, range));
}

/** `POST /v1/subscription_schedules`. */
export function create(tx: Transaction, params: ParamsOf<typeof createShape>): Schedule {
  const { from_subscription, ...rest } = params;
  if (from_subscription !== undefined) {
    const [other] = Object.keys(rest).filter((name) => rest[name as keyof typeof rest] !== undefined);
    if (other === undefined) return scheduleSubscription(tx, from_subscription);
    throw invalidRequest(`You cannot set \`${other}\` if \`from_subscription\` is set.`, { param: other });
  }
  if (params.customer === undefined) throw missingParam('customer');
  if (!params.phases?.length) throw missingParam('phases');
  const customer = tx.require('customer', params.customer, 'customer');
  const now = tx.now(customer.test_clock ?? null);
  if (params.start_date === undefined) throw missingParam('start_date');
  const default_settings = defaultSettingsOf(tx, customer, params.default_settings);
  return createSchedule(tx, {
    customer: customer.id,
    start_date: params.start_date === 'now' ? now : params.start_date,
    default_settings,
    billing_mode: billingMode(params.billing_mode, now),
    end_behavior: params.end_behavior ?? 'release',
    metadata: mergeMetadata({}, params.metadata),
    phases: givenPhases(tx, params.phases, { customer, default_settings, known: new Set() }),
  });
}

/** `POST /v1/subscription_schedules/:id`. */
export function update(tx: Transaction, id: string, params: ParamsOf<typeof updateShape>): Schedule {
  const schedule = requireLive(tx, id, 'update');
  const customer = tx.require('customer', schedule.customer, 'customer');
  const subscription = schedule.subscription === null ? undefined : tx.require('subscription', schedule.subscription);
  const default_settings = defaultSettingsOf(tx, customer, params.default_settings, schedule.default_settings);
  const known = new Set([
    ...schedule.phases.flatMap(({ items }) => items.map(({ price }) => price)),
    ...(subscription?.items.data ?? []).map(({ price }) => price.id),
  ]);
  const context = { customer, default_settings, known, ...(subscription && { currency: subscription.currency }) };
  return updateSchedule(tx, id, {
    default_settings,
    ...(params.end_behavior && { end_behavior: params.end_behavior }),
    ...(params.metadata !== undefined && { metadata: mergeMetadata(schedule.metadata ?? {}, params.metadata) }),
    ...(params.phases && { phases: givenPhases(tx, params.phases, context) }),
    proration_behavior: params.proration_behavior ?? 'create_prorations',
  });
}
