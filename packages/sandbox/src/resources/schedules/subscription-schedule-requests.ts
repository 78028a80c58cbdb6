import { scheduleSubscription, createSchedule as startOrPlan } from '../../billing/schedules/schedule-create.js';
import { requireLive, type Schedule } from '../../billing/schedules/schedule-store.js';
import { updateSchedule as changeSchedule } from '../../billing/schedules/schedule-update.js';
import { invalidRequest, missingParam } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { metadata, type ParamsOf, str } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { billingMode } from '../subscriptions/subscription-create-params.js';
import { prorationBehavior } from '../subscriptions/subscription-params.js';
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

export const createShape = {
  billing_mode: scheduleBillingMode,
  customer: str(),
  default_settings: defaultSettings,
  end_behavior: endBehavior,
  from_subscription: str(),
  metadata: metadata(),
  phases: newPhases,
  start_date: scheduleStart,
};
export const updateShape = {
  default_settings: defaultSettings,
  end_behavior: endBehavior,
  metadata: metadata(),
  phases: changedPhases,
  proration_behavior: prorationBehavior,
};
type CreateParams = Omit<ParamsOf<typeof createShape>, 'phases'> & Pick<UpdateParams, 'phases'>;
type UpdateParams = ParamsOf<typeof updateShape>;

/** `POST /v1/subscription_schedules`. */
export function createSchedule(tx: Transaction, params: CreateParams): Schedule {
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
  return startOrPlan(tx, {
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
export function updateSchedule(tx: Transaction, id: string, params: UpdateParams): Schedule {
  const schedule = requireLive(tx, id, 'update');
  const customer = tx.require('customer', schedule.customer, 'customer');
  const subscription = schedule.subscription === null ? undefined : tx.require('subscription', schedule.subscription);
  const default_settings = defaultSettingsOf(tx, customer, params.default_settings, schedule.default_settings);
  const known = new Set([
    ...schedule.phases.flatMap(({ items }) => items.map(({ price }) => price)),
    ...(subscription?.items.data ?? []).map(({ price }) => price.id),
  ]);
  const context = { customer, default_settings, known, ...(subscription && { currency: subscription.currency }) };
  return changeSchedule(tx, id, {
    default_settings,
    ...(params.end_behavior && { end_behavior: params.end_behavior }),
    ...(params.metadata !== undefined && { metadata: mergeMetadata(schedule.metadata ?? {}, params.metadata) }),
    ...(params.phases && { phases: givenPhases(tx, params.phases, context) }),
    proration_behavior: params.proration_behavior ?? 'create_prorations',
  });
}
