import { boundary } from '../../billing/pricing/periods.js';
import { type PauseSchedule, setPauseSchedule } from '../../billing/schedules/pause-schedule.js';
import type { Schedule } from '../../billing/schedules/schedule-store.js';
import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Transaction } from '../../engine/transaction.js';
import { emptyable, hash, int, list, oneOf, type ParamsOf, required, str, time } from '../../http/params.js';
import { interval } from '../catalogue/new-price.js';
import { prorationBehavior } from '../subscriptions/subscription-params.js';

const pauseAt = hash({ timestamp: time(), type: required(oneOf('now', 'timestamp')) });
const pauseSettings = hash({
  bill_for: hash({
    outstanding_usage_through: hash({ type: oneOf('none', 'pause_at') }),
    unused_time_from: hash({ type: oneOf('item_current_period_start', 'none', 'pause_at') }),
  }),
  invoicing_behavior: oneOf('invoice', 'pending_invoice_item'),
  type: oneOf('subscription'),
});
const resumeAt = hash({
  duration: hash({ interval: required(interval), interval_count: int(1) }),
  timestamp: time(),
  type: required(oneOf('duration', 'now', 'timestamp')),
});
const resumeSettings = hash({
  billing_cycle_anchor: oneOf('resume_at', 'unchanged'),
  payment_behavior: oneOf('resume_on_payment_attempt', 'resume_on_payment_success'),
  proration_behavior: prorationBehavior,
});
const shape = {
  key: str(200),
  pause: hash({ pause_at: pauseAt, settings: pauseSettings }),
  resume: emptyable(hash({ resume_at: resumeAt, settings: resumeSettings })),
};

/** `pause_schedules` of a subscription schedule: one entry, or '' to clear it. */
export const pauseSchedules = emptyable(list(hash(shape), 1));
type Given = ParamsOf<typeof shape>;

/** The schedule with the pause that the request gives, changes or clears; as it is if it says nothing. */
export function withPauseSchedules(
  tx: Transaction,
  schedule: Schedule,
  given: readonly Given[] | null | undefined,
): Schedule {
  if (given === undefined) return schedule;
  const [entry] = given ?? [];
  if (!entry) return setPauseSchedule(tx, schedule.id, null);
  const before = schedule.pause_schedules.find(({ key }) => key === entry.key);
  return setPauseSchedule(tx, schedule.id, plannedPause(before, entry, tx.now(schedule.test_clock)));
}

/** What an update leaves out keeps its value. */
function plannedPause(before: PauseSchedule | undefined, { key, pause, resume }: Given, now: number): PauseSchedule {
  const planned = pauseOf(before?.pause, pause, now);
  const resumes =
    resume === undefined ? (before?.resume ?? null) : resume && resumeOf(before?.resume, resume, planned, now);
  return { key: key ?? before?.key ?? `pause_${randomText(14)}`, pause: planned, resume: resumes };
}

type Pause = PauseSchedule['pause'];
type Resume = NonNullable<PauseSchedule['resume']>;

function pauseOf(before: Pause | undefined, given: Given['pause'], now: number): Pause {
  const path = 'pause_schedules[0][pause]';
  const was = before?.settings;
  const { bill_for, invoicing_behavior } = given?.settings ?? {};
  const at = given?.pause_at;
  if (at && before && before.status.type !== 'scheduled') {
    throw invalidRequest('The subscription has been paused already: its time cannot change.', {
      param: `${path}[pause_at]`,
    });
  }
  const pause_at = at ? (at.type === 'now' ? now : future(at.timestamp, now, `${path}[pause_at]`)) : before?.pause_at;
  if (pause_at === undefined) throw missing(`${path}[pause_at]`);
  return {
    pause_at,
    settings: {
      bill_for: {
        outstanding_usage_through: {
          type: bill_for?.outstanding_usage_through?.type ?? was?.bill_for.outstanding_usage_through.type ?? 'pause_at',
        },
        unused_time_from: {
          type: bill_for?.unused_time_from?.type ?? was?.bill_for.unused_time_from.type ?? 'pause_at',
        },
      },
      invoicing_behavior: invoicing_behavior ?? was?.invoicing_behavior ?? 'pending_invoice_item',
      type: 'subscription',
    },
    status: before?.status ?? { type: 'scheduled' },
  };
}

function resumeOf(
  before: Resume | null | undefined,
  { resume_at: at, settings }: Given['resume'] & object,
  { pause_at }: Pause,
  now: number,
): Resume {
  const path = 'pause_schedules[0][resume][resume_at]';
  const resume_at = at ? momentOf(at, pause_at, now, path) : before?.resume_at;
  if (resume_at === undefined) throw missing(path);
  const was = before?.settings;
  return {
    resume_at,
    settings: {
      billing_cycle_anchor: settings?.billing_cycle_anchor ?? was?.billing_cycle_anchor ?? 'resume_at',
      payment_behavior: settings?.payment_behavior ?? was?.payment_behavior ?? 'resume_on_payment_success',
      proration_behavior: settings?.proration_behavior ?? was?.proration_behavior ?? 'create_prorations',
    },
    // Another moment is another attempt.
    status: at || !before ? { type: 'scheduled' } : before.status,
  };
}

function momentOf(at: ParamsOf<{ at: typeof resumeAt }>['at'] & object, pauseAt: number, now: number, path: string) {
  if (at.type === 'now') return now;
  if (at.type === 'timestamp') return future(at.timestamp, now, path);
  if (!at.duration) throw missing(`${path}[duration]`);
  const { interval, interval_count = 1 } = at.duration;
  return boundary(pauseAt, { interval, interval_count }, 1);
}

function future(timestamp: number | undefined, now: number, path: string): number {
  if (timestamp === undefined) throw missing(`${path}[timestamp]`);
  if (timestamp > now) return timestamp;
  throw invalidRequest('The timestamp must be in the future.', { param: `${path}[timestamp]` });
}

const missing = (param: string) =>
  invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
