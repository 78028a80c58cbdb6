import { html } from 'hono/html';
import { boundary, type Cadence } from '../../billing/pricing/periods.js';
import { scheduleResumption } from '../../billing/subscriptions/scheduled-resume.js';
import { PAUSE_DEFAULTS, pauseSubscription } from '../../billing/subscriptions/subscription-pause.js';
import { RESUME_DEFAULTS, resumeSubscription } from '../../billing/subscriptions/subscription-resume.js';
import type { Transaction } from '../../engine/transaction.js';
import type { PortalConfiguration } from '../../resources/portal/portal-configurations.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import type { Html } from '../document.js';
import { longDay, plural } from '../wording.js';
import type { Visit } from './portal-access.js';
import { frameOf } from './portal-step-views.js';
import { problemBanner, step } from './portal-steps.js';
import { nameOf } from './portal-view.js';

type Duration = PortalConfiguration['features']['subscription_pause']['duration'];

/** For how long: one of the configuration's durations, or until it is resumed. */
export function pausePage(tx: Transaction, visit: Visit, id: string, entries: Entries, problems: Problem[]): Html {
  const subscription = tx.require('subscription', id);
  const { duration } = visit.configuration.features.subscription_pause;
  const now = tx.now(subscription.test_clock);
  const view = frameOf(visit);
  const chosen = entries.duration ?? '0';
  const choices = optionsOf(duration).map(
    (
      option,
      at,
    ) => html`<label class="choice"><input type="radio" name="duration" value="${at}"${chosen === String(at) ? html` checked` : ''}>
<span class="grow"><strong>${plural(option.interval_count, option.interval)}</strong><br><span class="soft">Goes on by itself on ${longDay(boundary(now, option as Cadence, 1))}</span></span></label>`,
  );
  const effect =
    choices.length > 0
      ? 'It pauses as soon as you confirm, and you are not charged meanwhile.'
      : 'It pauses as soon as you confirm, until you resume it. You are not charged meanwhile.';
  return step(
    view,
    'Pause plan',
    html`<p><strong>${nameOf(tx, subscription)}</strong></p>
<form class="stack" method="post" action="${visit.base}/subscriptions/${id}/pause" data-busy="Pausing…">
${choices.length > 0 && html`<fieldset class="group"><legend>Pause for</legend>${choices}</fieldset>`}
${problemBanner(problems)}
<p class="soft small">${effect} What you paid for the rest of this period is taken off your next invoice.</p>
<div class="actions"><button class="button primary" type="submit">Pause plan</button>
${view.back && html`<a class="button" href="${view.back}">Back</a>`}</div></form>`,
  );
}

/** Not established: what Stripe's portal credits; here the pause's own defaults. @returns problems, none if it is done */
export function pausePlan(tx: Transaction, visit: Visit, id: string, entries: Entries): Problem[] {
  const options = optionsOf(visit.configuration.features.subscription_pause.duration);
  const option = options[Number(entries.duration ?? Number.NaN)];
  if (options.length > 0 && !option) return [{ message: 'Choose for how long.' }];
  const paused = pauseSubscription(tx, id, PAUSE_DEFAULTS);
  if (option) scheduleResumption(tx, paused, boundary(tx.now(paused.test_clock), option as Cadence, 1));
  return [];
}

/** @returns whether the plan runs again; if not, its payment did not go through */
export function resumePlan(tx: Transaction, id: string): boolean {
  const given = { ...RESUME_DEFAULTS, payment_behavior: 'resume_on_payment_success' } as const;
  return resumeSubscription(tx, id, given).status !== 'paused';
}

const optionsOf = ({ interval_options, type }: Duration) => (type === 'interval_options' ? interval_options : []);
