import { migrateSubscription } from '../../billing/subscriptions/subscription-migrate.js';
import { PAUSE_DEFAULTS, type PauseGiven, pauseSubscription } from '../../billing/subscriptions/subscription-pause.js';
import {
  RESUME_DEFAULTS,
  type ResumeGiven,
  resumeSubscription,
} from '../../billing/subscriptions/subscription-resume.js';
import { hash, oneOf, type ParamsOf, required, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { flexibleMode, prorationBehavior } from './subscription-params.js';

/** `POST /v1/subscriptions/:id/pause`; also `subscription_details[pause]` of a preview. */
export const pauseShape = {
  bill_for: hash({
    outstanding_usage_through: hash({ type: required(oneOf('none', 'now')) }),
    unused_time_from: hash({ type: required(oneOf('item_current_period_start', 'none', 'now')) }),
  }),
  invoicing_behavior: oneOf('invoice', 'pending_invoice_item'),
  type: oneOf('subscription'),
};

export function pauseGiven({ bill_for, invoicing_behavior }: ParamsOf<typeof pauseShape>): PauseGiven {
  return {
    unused_time_from: bill_for?.unused_time_from?.type ?? PAUSE_DEFAULTS.unused_time_from,
    outstanding_usage_through: bill_for?.outstanding_usage_through?.type ?? PAUSE_DEFAULTS.outstanding_usage_through,
    invoicing_behavior: invoicing_behavior ?? PAUSE_DEFAULTS.invoicing_behavior,
  };
}

/** `POST /v1/subscriptions/:id/resume`. */
const resumeShape = {
  billing_cycle_anchor: hash({ type: required(oneOf('now', 'unchanged')) }),
  payment_behavior: oneOf('resume_on_payment_attempt', 'resume_on_payment_success'),
  proration_behavior: prorationBehavior,
  proration_date: time(),
};

/** Also of the members of a preview's `subscription_details` that say the same. */
export function resumeGiven(params: ParamsOf<typeof resumeShape>): ResumeGiven {
  return {
    payment_behavior: params.payment_behavior ?? RESUME_DEFAULTS.payment_behavior,
    billing_cycle_anchor: params.billing_cycle_anchor?.type ?? RESUME_DEFAULTS.billing_cycle_anchor,
    proration_behavior: params.proration_behavior ?? RESUME_DEFAULTS.proration_behavior,
    ...(params.proration_date !== undefined && { proration_date: params.proration_date }),
  };
}

/** What is done to a running subscription apart from changing it. */
export const subscriptionPausing: ResourceModule = {
  routes: [
    route('POST /v1/subscriptions/:id/pause', pauseShape, ({ tx, ids, params }) =>
      pauseSubscription(tx, ids.id as string, pauseGiven(params)),
    ),
    route('POST /v1/subscriptions/:id/resume', resumeShape, ({ tx, ids, params }) =>
      resumeSubscription(tx, ids.id as string, resumeGiven(params)),
    ),
    route(
      'POST /v1/subscriptions/:id/migrate',
      { billing_mode: required(hash({ flexible: flexibleMode, type: required(oneOf('flexible')) })) },
      ({ tx, ids }) => migrateSubscription(tx, ids.id as string),
    ),
  ],
};
