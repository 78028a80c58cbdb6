import { pauseScheduled, resumeScheduled } from '../../billing/schedules/pause-schedule.js';
import { advanceSchedule } from '../../billing/schedules/schedule-advance.js';
import { cancelUnstarted, release } from '../../billing/schedules/schedule-end.js';
import { requireLive } from '../../billing/schedules/schedule-store.js';
import { announceExpiry } from '../../billing/schedules/schedule-turn.js';
import { cancelNow } from '../../billing/subscriptions/subscription-cancel.js';
import type { Kind } from '../../engine/kinds.js';
import { bool, type Range, range, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { inRange, listRoute, retrieveRoute } from '../../http/standard-routes.js';
import { pauseSchedules, withPauseSchedules } from './pause-schedules.js';
import { createSchedule, createShape, updateSchedule, updateShape } from './subscription-schedule-requests.js';

const kind: Kind<'subscription_schedule'> = {
  object: 'subscription_schedule',
  prefix: 'sub_sched',
  indexes: { customer: ({ customer }) => customer },
};

export const subscriptionSchedules: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/subscription_schedules', { ...createShape, pause_schedules: pauseSchedules }, ({ tx, params }) => {
      const { pause_schedules, ...given } = params;
      return withPauseSchedules(tx, createSchedule(tx, given), pause_schedules);
    }),
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
    route(
      'POST /v1/subscription_schedules/:id',
      { ...updateShape, pause_schedules: pauseSchedules },
      ({ tx, ids, params }) => {
        const { pause_schedules, ...given } = params;
        return withPauseSchedules(tx, updateSchedule(tx, ids.id as string, given), pause_schedules);
      },
    ),
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
    'subscription_schedule.pause': pauseScheduled,
    'subscription_schedule.resume': resumeScheduled,
    'subscription_schedule.turn': advanceSchedule,
  },
};

function within(at: number | null, range: Range | undefined): boolean {
  return range === undefined || (at !== null && inRange(at, range));
}
