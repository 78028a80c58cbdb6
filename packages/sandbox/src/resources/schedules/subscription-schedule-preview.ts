import type { Invoice } from '../../billing/invoices/invoices.js';
import { previewSchedule } from '../../billing/schedules/schedule-preview.js';
import { invalidRequest, missingParam } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, type ParamsOf, str } from '../../http/params.js';
import { prorationBehavior } from '../subscriptions/subscription-params.js';
import { changedPhases, endBehavior, scheduleBillingMode } from './subscription-schedule-params.js';
import { createSchedule, updateSchedule } from './subscription-schedule-requests.js';

/** What `create_preview` takes for schedules. */
export const schedulePreviewShape = {
  schedule: str(),
  schedule_details: hash({
    billing_mode: scheduleBillingMode,
    end_behavior: endBehavior,
    phases: changedPhases,
    proration_behavior: prorationBehavior,
  }),
};
type Params = ParamsOf<typeof schedulePreviewShape> & {
  customer?: string;
  preview_mode?: 'next' | 'recurring';
};

/** Parameters that say nothing about a schedule. */
const OTHERS = ['automatic_tax', 'currency', 'discounts', 'subscription', 'subscription_details'];

/** The next invoice of a schedule, as it is, changed or still to be made. @throws Stripe's 400 for what does not fit */
export function previewOfSchedule(tx: Transaction, params: Params): Invoice {
  const given = new Map(Object.entries(params));
  const wrong = OTHERS.find((name) => given.get(name) !== undefined);
  if (wrong)
    throw invalidRequest(`You cannot use \`${wrong}\` with \`schedule\` or \`schedule_details\`.`, { param: wrong });
  const { schedule: id, schedule_details: details, preview_mode = 'next' } = params;
  if (id !== undefined) {
    const schedule = tx.require('subscription_schedule', id, 'schedule');
    if (details?.billing_mode) {
      throw invalidRequest('The billing mode of a schedule that exists cannot be changed.', {
        param: 'schedule_details[billing_mode]',
      });
    }
    return previewSchedule(tx, schedule, () => (details ? updateSchedule(tx, id, details) : schedule), preview_mode);
  }
  const { proration_behavior, ...rest } = details ?? {};
  if (proration_behavior) {
    throw invalidRequest('`schedule_details[proration_behavior]` is for changes of a schedule: pass `schedule`.', {
      param: 'schedule_details[proration_behavior]',
    });
  }
  const start_date = rest.phases?.[0]?.start_date;
  if (start_date === undefined) throw missingParam('schedule_details[phases][0][start_date]');
  const request = { ...rest, start_date, ...(params.customer !== undefined && { customer: params.customer }) };
  return previewSchedule(tx, undefined, () => createSchedule(tx, request), preview_mode);
}
