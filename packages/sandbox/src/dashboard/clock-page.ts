import { html } from 'hono/html';
import type { StripeObjects } from '../engine/objects.js';
import type { Html } from '../pages/document.js';
import { action, badge, empty, field, heading, hidden, live } from './frame.js';
import { jobWords, nextJobs } from './job-words.js';
import { fromNow, moment, timeTag } from './moment.js';
import { type IdLinks, objectPath } from './object-kinds.js';
import { pageOf } from './objects-page.js';
import type { DashboardParts } from './parts.js';

const BACK = '/dashboard/clock';
const STEPS = [
  ['PT1H', 'an hour'],
  ['P1D', 'a day'],
  ['P1W', 'a week'],
  ['P1M', 'a month'],
] as const;
const CLOCKS = 50;

/** The sandbox's own time, the test clocks beside it, and what the future holds. */
export function clockPage({ engine }: DashboardParts, links: IdLinks): Html {
  const now = engine.clock.now();
  // To the minute: a clock that is moved to a second is a part of one behind.
  const ahead = Math.round(engine.clock.offsetMs / 60_000) * 60;
  const next = engine.store.jobs.peek(null);
  const clocks = pageOf(engine.store.of('test_helpers.test_clock').newestFirst(), CLOCKS);
  return html`${heading('Clock')}
<section aria-labelledby="own"><h2 id="own">The sandbox’s clock</h2>
${live(
  'live-now',
  html`<p class="now"><time data-now="${now}">${moment(now)}</time> UTC <span class="soft small">${
    ahead === 0
      ? 'the same as real time'
      : `${fromNow(ahead)
          .replace(/^in (.*)/, '$1 ahead of')
          .replace(' ago', ' behind')} real time`
  }</span></p>
<p class="soft">${next ? html`Next: ${jobWords(engine, next)}, ${fromNow(next.due - now)}.` : 'Nothing is due on it.'}</p>`,
)}
<p class="soft">It runs like real time and can be moved forward, never back. Renewals, retries and expiries on the way happen in order, each at its own time.</p>
<div class="actions" role="group" aria-label="Advance the clock">${STEPS.map(([by, label]) => action({ to: 'advance', back: BACK, label: `Advance ${label}`, members: { by } }))}
${action({ to: 'advance', back: BACK, label: 'Advance to the next due job', members: { by: 'next' }, style: 'primary' })}</div>
<form class="line" method="post" action="/dashboard/do/advance">${hidden({ back: BACK })}${field('Advance to (UTC)', html`<input type="datetime-local" name="date" step="1" required min="${new Date(now * 1000).toISOString().slice(0, 19)}">`)}<button class="button">Advance</button></form></section>
<section aria-labelledby="clocks"><h2 id="clocks">Test clocks</h2>${
    clocks.items.length === 0
      ? empty('None. A test clock gives single customers a time of their own; the API makes them.')
      : html`${clocks.items.map((clock) => testClock(clock))}${clocks.next === undefined ? '' : html`<p><a href="/dashboard/objects/test_helpers.test_clock">All test clocks</a></p>`}`
  }</section>
<section aria-labelledby="jobs"><h2 id="jobs">Due next</h2>${live('live-jobs', jobs(engine, links))}</section>`;
}

function testClock(clock: StripeObjects['test_helpers.test_clock']): Html {
  const about = `on ${clock.name ?? clock.id}`;
  const button = (by: string, label: string) =>
    action({ to: 'advance-test-clock', back: BACK, label, about, style: 'small', members: { clock: clock.id, by } });
  return html`<article class="delivery"><header><div class="grow"><a href="${objectPath('test_helpers.test_clock', clock.id)}">${clock.name ?? clock.id}</a> <span class="soft small">${clock.name ? clock.id : ''}</span></div></header>
${live(`live-${clock.id}`, html`<p>${timeTag(clock.frozen_time)} UTC ${badge(clock.status)}</p>`)}
<div class="actions" role="group" aria-label="Advance ${clock.name ?? clock.id}">${STEPS.map(([by, label]) => button(by, `Advance ${label}`))}${button('next', 'To the next due job')}
<form class="line" method="post" action="/dashboard/do/advance-test-clock">${hidden({ back: BACK, clock: clock.id })}<label class="visually-hidden" for="to-${clock.id}">Advance ${clock.name ?? clock.id} to (UTC)</label><input id="to-${clock.id}" type="datetime-local" name="date" step="1" required><button class="button small">Advance</button></form></div></article>`;
}

function jobs(engine: DashboardParts['engine'], links: IdLinks): Html {
  const soonest = nextJobs(engine, 20);
  if (soonest.length === 0) return empty('Nothing is due.');
  return html`<div class="scroll"><table class="list"><thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Of</th><th scope="col">On the clock</th></tr></thead><tbody>${soonest.map(
    (job) => {
      const path = links.search(job.ref);
      return html`<tr><td class="nowrap">${timeTag(job.due)}<br><span class="soft small">${fromNow(job.due - engine.clock.now(job.clock))}</span></td><td class="wide">${jobWords(engine, job)}</td><td>${path ? html`<a class="id" href="${path}">${job.ref}</a>` : html`<span class="id">${job.ref}</span>`}</td><td>${job.clock ? html`<a class="id" href="${objectPath('test_helpers.test_clock', job.clock)}">${job.clock}</a>` : 'the sandbox’s'}</td></tr>`;
    },
  )}</tbody></table></div>
<p class="soft small">${engine.store.jobs.size > soonest.length ? `The first ${soonest.length} of ${engine.store.jobs.size.toLocaleString('en-US')}.` : ''}</p>`;
}
