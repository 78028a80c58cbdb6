import { invalidRequest, StripeError } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { pauseSubscription } from '../subscriptions/subscription-pause.js';
import { resumeSubscription } from '../subscriptions/subscription-resume.js';
import { LIVE, type Schedule } from './schedule-store.js';

export type PauseSchedule = Schedule['pause_schedules'][number];
type Status = PauseSchedule['pause']['status'];

const PAUSE = 'subscription_schedule.pause';
const RESUME = 'subscription_schedule.resume';

/**
 * Gives a schedule its pause (there can be one) or takes it away, and does at once what is due at once.
 * https://docs.stripe.com/billing/subscriptions/pause/schedules
 * @throws 400 for a subscription that can never pause, and for moments that do not follow each other
 */
export function setPauseSchedule(tx: Transaction, id: string, planned: PauseSchedule | null): Schedule {
  const schedule = tx.require('subscription_schedule', id);
  const { test_clock } = schedule;
  tx.unschedule(PAUSE, id);
  tx.unschedule(RESUME, id);
  tx.patch('subscription_schedule', id, { pause_schedules: planned ? [planned] : [] });
  if (!planned) return told(tx, id);
  requireFitting(schedule, planned);
  const { pause, resume } = planned;
  const now = tx.now(test_clock);
  if (waits(pause.status) && pause.pause_at <= now) pauseDue(tx, id);
  else if (waits(pause.status)) tx.schedule(PAUSE, id, pause.pause_at, test_clock);
  if (resume && waits(resume.status) && resume.resume_at <= now) resumeDue(tx, id);
  else if (resume && waits(resume.status)) tx.schedule(RESUME, id, resume.resume_at, test_clock);
  return told(tx, id);
}

const waits = ({ type }: Status) => type === 'scheduled';

function told(tx: Transaction, id: string): Schedule {
  tx.emit('subscription_schedule.updated', tx.require('subscription_schedule', id));
  return tx.require('subscription_schedule', id);
}

function requireFitting({ billing_mode, default_settings }: Schedule, { pause, resume }: PauseSchedule): void {
  if (billing_mode.type !== 'flexible') {
    throw invalidRequest('A pause schedule needs flexible billing mode.', { param: 'pause_schedules' });
  }
  if (default_settings.collection_method === 'send_invoice') {
    throw invalidRequest('A pause schedule needs `charge_automatically` collection.', { param: 'pause_schedules' });
  }
  if (resume && resume.resume_at < pause.pause_at) {
    throw invalidRequest('A subscription cannot resume before it pauses.', {
      param: 'pause_schedules[0][resume][resume_at]',
    });
  }
}

/** The moment to pause has come. */
export function pauseScheduled(tx: Transaction, id: string): void {
  pauseDue(tx, id);
  told(tx, id);
}

/** The moment to try to resume has come. */
export function resumeScheduled(tx: Transaction, id: string): void {
  resumeDue(tx, id);
  told(tx, id);
}

function pauseDue(tx: Transaction, id: string): void {
  const found = due(tx, id);
  if (!found || !waits(found.planned.pause.status)) return;
  const { subscription, planned } = found;
  const settings = planned.pause.settings;
  const type = (given: string | undefined) => (given === 'pause_at' || given === undefined ? 'now' : given);
  const status = outcome(tx, subscription, (of) => {
    pauseSubscription(
      tx,
      of,
      {
        unused_time_from: type(settings?.bill_for.unused_time_from.type) as
          | 'item_current_period_start'
          | 'none'
          | 'now',
        outstanding_usage_through: type(settings?.bill_for.outstanding_usage_through.type) as 'none' | 'now',
        invoicing_behavior: settings?.invoicing_behavior === 'invoice' ? 'invoice' : 'pending_invoice_item',
      },
      { bySchedule: true },
    );
  });
  put(tx, id, { ...planned, pause: { ...planned.pause, status } });
}

/** Started, the attempt has succeeded as far as the schedule goes; whether it is paid decides about the subscription. */
function resumeDue(tx: Transaction, id: string): void {
  const found = due(tx, id);
  const resume = found?.planned.resume;
  if (!found || !resume || !waits(resume.status)) return;
  const { billing_cycle_anchor, payment_behavior, proration_behavior } = resume.settings;
  const status = outcome(tx, found.subscription, (of) => {
    resumeSubscription(tx, of, {
      billing_cycle_anchor: billing_cycle_anchor === 'unchanged' ? 'unchanged' : 'now',
      payment_behavior: payment_behavior as 'resume_on_payment_attempt' | 'resume_on_payment_success',
      proration_behavior: proration_behavior as 'always_invoice' | 'create_prorations' | 'none',
    });
  });
  put(tx, id, { ...found.planned, resume: { ...resume, status } });
}

function due(tx: Transaction, id: string): { subscription: string | null; planned: PauseSchedule } | undefined {
  const schedule = tx.get('subscription_schedule', id);
  const planned = schedule?.pause_schedules[0];
  return schedule && planned && LIVE.includes(schedule.status)
    ? { subscription: schedule.subscription, planned }
    : undefined;
}

/** What Stripe would refuse in a request, the schedule remembers as its error. */
function outcome(tx: Transaction, subscription: string | null, act: (id: string) => void): Status {
  if (subscription === null) return { type: 'error', error: { message: 'The schedule has no subscription yet.' } };
  try {
    tx.attempt(() => act(subscription));
    return { type: 'succeeded' };
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
    const { code, message } = error.body;
    return { type: 'error', error: { message, ...(code && { code }) } };
  }
}

function put(tx: Transaction, id: string, planned: PauseSchedule): void {
  tx.patch('subscription_schedule', id, { pause_schedules: [planned] });
}
