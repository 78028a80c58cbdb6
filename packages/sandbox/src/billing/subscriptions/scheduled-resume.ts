import { StripeError } from '../../engine/errors.js';
import { jobKey } from '../../engine/jobs.js';
import type { Transaction } from '../../engine/transaction.js';
import { RESUME_DEFAULTS, resumeSubscription } from './subscription-resume.js';
import type { Subscription } from './subscription-store.js';

const JOB = 'subscription.resume';

/** Lets a pause end by itself. @param at Stripe seconds */
export function scheduleResumption(tx: Transaction, { id, test_clock }: Subscription, at: number): void {
  tx.schedule(JOB, id, at, test_clock);
}

/** When the pause ends by itself (Stripe seconds); undefined if it does not. */
export function resumesAt(tx: Transaction, { id, status }: Subscription): number | undefined {
  return status === 'paused' ? tx.get('_job', jobKey(JOB, id))?.due : undefined;
}

/** Whoever cannot pay stays paused. */
export function resumeAsScheduled(tx: Transaction, id: string): void {
  if (tx.get('subscription', id)?.status !== 'paused') return;
  try {
    tx.attempt(() => resumeSubscription(tx, id, { ...RESUME_DEFAULTS, payment_behavior: 'resume_on_payment_success' }));
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
  }
}
