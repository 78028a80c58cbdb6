import { html } from 'hono/html';
import { dunningSettings } from '../billing/invoices/dunning.js';
import type { Html } from '../pages/document.js';
import { apiKeysSection } from './api-keys-section.js';
import { action, field, heading, hidden, live, options } from './frame.js';
import type { DashboardParts } from './parts.js';

const BACK = '/dashboard/settings';

/** What Stripe keeps in its own dashboard, and what becomes of the whole state. */
export function settingsPage({ engine, courier }: DashboardParts): Html {
  const { retry_days, final_action } = engine.transact(dunningSettings);
  const { paused, in_flight, queued, waiting } = courier.counts();
  return html`${heading('Settings')}
<section aria-labelledby="dunning"><h2 id="dunning">When a renewal fails</h2>
<form class="grid" method="post" action="/dashboard/do/dunning">${hidden({ back: BACK })}
${field('Try again after days', html`<input name="retryDays" value="${retry_days.join(', ')}" placeholder="never" inputmode="numeric">`, 'from each attempt to the next')}
${field(
  'When the last attempt fails',
  html`<select name="finalAction">${options(
    [
      ['cancel', 'Cancel the subscription'],
      ['unpaid', 'Mark it unpaid'],
      ['past_due', 'Leave it past due'],
    ],
    final_action,
  )}</select>`,
)}
<button class="button primary">Save</button></form></section>
<section aria-labelledby="webhooks"><h2 id="webhooks">Deliveries</h2>
${live('live-counts', html`<p>${paused ? 'Held back.' : 'Going out.'} <span class="soft">${in_flight} in flight, ${queued} queued, ${waiting} waiting for their next attempt.</span></p>`)}
${paused ? action({ to: 'deliveries', back: BACK, label: 'Resume deliveries', members: { hold: 'no' } }) : action({ to: 'deliveries', back: BACK, label: 'Pause deliveries', members: { hold: 'yes' } })}</section>
<section aria-labelledby="keys"><h2 id="keys">API keys</h2>${apiKeysSection(engine, BACK)}</section>
<section aria-labelledby="state"><h2 id="state">State</h2>
<p class="soft">A snapshot holds all of it: objects, events, clock, keys, settings and what is still to be delivered.</p>
<div class="actions"><a class="button" href="/_sandbox/snapshot" download="sandbox.ndjson">Download a snapshot</a></div>
<form class="line" method="post" enctype="multipart/form-data" action="/dashboard/do/restore">${hidden({ back: BACK })}
${field('Replace everything by a snapshot', html`<input name="snapshot" type="file" required accept=".ndjson,.jsonl,application/x-ndjson">`)}<button class="button danger">Restore it</button></form>
<p class="soft">The default catalogue has the plans Starter, Team and Scale, by month and by year.</p>
<div class="actions"><a class="button" href="/dashboard/settings/seed">Seed the catalogue…</a><a class="button danger" href="/dashboard/settings/reset">Reset everything…</a></div></section>`;
}

export function resetPage({ engine }: DashboardParts): Html {
  const { size } = engine.store.of('customer');
  return html`${heading('Reset everything?')}
<form class="stack narrow" method="post" action="/dashboard/do/reset">${hidden({ back: '/' })}
<p>All objects, events, deliveries and idempotency keys are forgotten (${size.toLocaleString('en-US')} ${size === 1 ? 'customer' : 'customers'} and what is theirs), also in the data directory. Only the clock stays. This cannot be undone.</p>
<label class="choice"><input type="checkbox" name="keepWebhookEndpoints" value="yes" checked><span>Keep the webhook endpoints and their secrets</span></label>
<label class="choice"><input type="checkbox" name="seed" value="yes"><span>Put the default catalogue in place afterwards</span></label>
<div class="actions"><button class="button danger">Reset everything</button><a class="button" href="${BACK}">Keep it all</a></div></form>`;
}

export function seedPage(): Html {
  return html`${heading('Seed the catalogue?')}
<form class="stack narrow" method="post" action="/dashboard/do/seed">${hidden({ back: '/' })}
<p>Three plans with their prices, features and a meter are put in place, with events about them. What is there already stays as it is.</p>
<div class="actions"><button class="button primary">Seed the catalogue</button><a class="button" href="${BACK}">Not now</a></div></form>`;
}
