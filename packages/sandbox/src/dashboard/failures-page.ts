import { html } from 'hono/html';
import { DECLINE_CODES } from '../billing/payments/declines.js';
import type { DeliveryFault, Reordering } from '../delivery/faults.js';
import type { ApiFault } from '../http/api-faults.js';
import type { Html } from '../pages/document.js';
import { action, empty, field, heading, hidden, live, options } from './frame.js';
import { objectPath } from './object-kinds.js';
import type { DashboardParts } from './parts.js';
import { rateLimitForm } from './rate-limit-form.js';

const BACK = '/dashboard/failures';

/** What `GET /_sandbox/faults` answers. */
export interface FaultState {
  api: (ApiFault & { id: string })[];
  delivery: DeliveryFault[];
  reorder: Reordering | null;
  burst: Reordering | null;
}

/** Everything that can be made to go wrong. @param customer chosen beforehand */
export function failuresPage({ engine }: DashboardParts, faults: FaultState, customer: string): Html {
  return html`${heading('Failures', html`<p class="soft">make things go wrong on purpose</p>`)}
<section aria-labelledby="fail-next"><h2 id="fail-next">Fail the next payment</h2>
<p class="soft">The next charge that happens without the person (a renewal, a retry, an off-session payment) is declined, whatever the card. A renewal is charged an hour after its invoice is made. Kept over restarts.</p>
${live('live-declines', declines(engine))}
<form class="grid" method="post" action="/dashboard/do/fail-next">${hidden({ back: BACK })}
${field('Whose', html`<input name="customer" value="${customer}" placeholder="any customer, or cus_…" autocapitalize="none" spellcheck="false">`)}
${field('Decline code', html`<select name="code">${options(DECLINE_CODES.map((code) => [code, code] as const))}</select>`)}
${field('How many payments', html`<input name="times" type="number" min="1" value="1" required>`)}
<button class="button primary">Fail the next payment</button></form></section>
<section aria-labelledby="set"><h2 id="set">Faults that are set</h2>${live('live-faults', setFaults(faults))}</section>
<section aria-labelledby="api-fault"><h2 id="api-fault">API calls that fail</h2>
<form class="grid" method="post" action="/dashboard/do/add-api-fault">${hidden({ back: BACK })}
${field('Effect', html`<select name="effect">${options(EFFECTS)}</select>`)}
${field(
  'Method',
  html`<select name="method">${options([
    ['', 'Any'],
    ['GET', 'GET'],
    ['POST', 'POST'],
    ['DELETE', 'DELETE'],
  ])}</select>`,
)}
${field('Path', html`<input name="path" placeholder="/v1/subscriptions*" autocapitalize="none" spellcheck="false">`, '* stands for anything')}
${field('Milliseconds or seconds', html`<input name="amount" type="number" min="0" placeholder="for latency, or retry-after">`)}
${field('How many calls', html`<input name="times" type="number" min="1" placeholder="all">`)}
<button class="button">Add API fault</button></form></section>
<section aria-labelledby="delivery-fault"><h2 id="delivery-fault">Webhooks that go astray</h2>
<form class="grid" method="post" action="/dashboard/do/add-delivery-fault">${hidden({ back: BACK })}
${field(
  'Effect',
  html`<select name="effect">${options([
    ['drop', 'Drop: never arrives'],
    ['duplicate', 'Duplicate: arrives twice'],
    ['delay', 'Delay'],
  ])}</select>`,
)}
${field('Event type', html`<input name="type" placeholder="invoice.*" autocapitalize="none" spellcheck="false">`, 'all types when empty')}
${field('Endpoint', html`<select name="endpoint">${options([['', 'Any'], ...[...engine.store.of('webhook_endpoint').newestFirst()].slice(0, 100).map(({ id, url }) => [id, url] as const)])}</select>`)}
${field('Milliseconds', html`<input name="delayMs" type="number" min="0" placeholder="for delay">`)}
${field('How many', html`<input name="times" type="number" min="1" placeholder="all">`)}
<button class="button">Add delivery fault</button></form>
<form class="line" method="post" action="/dashboard/do/shuffle">${hidden({ back: BACK })}
${field('Shuffle: seed', html`<input name="seed" type="number" min="0" value="1" required>`)}${field('Window in milliseconds', html`<input name="windowMs" type="number" min="0" value="50" required>`)}<button class="button" name="how" value="reorder">Shuffle deliveries</button><button class="button" name="how" value="burst">Same second, shuffled</button></form></section>
<section aria-labelledby="rate"><h2 id="rate">Rate limit</h2>${rateLimitForm(engine, BACK)}</section>`;
}

const EFFECTS = [
  ['429', '429 rate limited'],
  ['409', '409 lock timeout'],
  ['500', '500 before the effect'],
  ['500-after', '500 after the effect'],
  ['timeout-before', 'No answer, before the effect'],
  ['timeout-after', 'No answer, after the effect'],
  ['disconnect-before', 'Connection cut, before the effect'],
  ['disconnect-after', 'Connection cut, after the effect'],
  ['latency', 'Slow'],
] as const;

function declines({ store }: DashboardParts['engine']): Html {
  const set = [...store.of('_forced_decline').all()];
  if (set.length === 0) return empty('No payment is going to fail because of this.');
  return html`<ul class="rows">${set.map(
    ({ id, customer, code, times }) =>
      html`<li><span class="grow">The next ${times === 1 ? 'payment' : `${times} payments`} of ${customer ? html`<a class="id" href="${objectPath('customer', customer)}">${customer}</a>` : 'any customer'} ${times === 1 ? 'fails' : 'fail'}: <code>${code}</code></span>${action({ to: 'clear-fail-next', back: BACK, label: 'Take back', style: 'small', about: code, members: { id } })}</li>`,
  )}</ul>`;
}

function setFaults({ api, delivery, reorder, burst }: FaultState): Html {
  if (api.length + delivery.length === 0 && !reorder && !burst) return empty('No faults are set.');
  return html`<ul class="rows">
${api.map((fault) => html`<li><span class="grow">${apiWords(fault)}</span>${action({ to: 'remove-api-fault', back: BACK, label: 'Remove', style: 'small', about: apiWords(fault), members: { id: fault.id } })}</li>`)}
${delivery.map((fault) => html`<li><span class="grow">${deliveryWords(fault)}</span></li>`)}
${burst ? html`<li><span class="grow">Events within ${burst.windowMs} ms share a second and are shuffled, seed ${burst.seed}</span></li>` : ''}
${reorder ? html`<li><span class="grow">What gathers within ${reorder.windowMs} ms is shuffled, seed ${reorder.seed}</span></li>` : ''}</ul>
${action({ to: 'clear-faults', back: BACK, label: 'Clear all faults' })}`;
}

function apiWords({ method, path, status, when, timeout, disconnect, latencyMs, retryAfter, times }: ApiFault): string {
  const what = [
    latencyMs === undefined ? '' : `wait ${latencyMs} ms`,
    status === undefined ? '' : `answer ${status}${when === 'after' ? ' after their effect' : ''}`,
    retryAfter === undefined ? '' : `with retry-after ${retryAfter}`,
    timeout === undefined ? '' : `never answer, ${timeout} their effect`,
    disconnect === undefined ? '' : `lose their connection ${disconnect} their effect`,
  ];
  return `${method ?? 'All'} calls${path ? ` of ${path}` : ''} ${what.filter(Boolean).join(' and ')}${timesWords(times)}`;
}

const DELIVERY_WORDS = { drop: 'never arrive', duplicate: 'arrive twice', delay: 'arrive late' };

function deliveryWords({ action: what, type, endpoint, delayMs, times }: DeliveryFault): string {
  const late = delayMs === undefined ? '' : ` by ${delayMs} ms`;
  return `Events${type ? ` ${type}` : ''}${endpoint ? ` to ${endpoint}` : ''} ${DELIVERY_WORDS[what]}${late}${timesWords(times)}`;
}

const timesWords = (times: number | undefined) =>
  times === undefined ? '' : `, ${times === 1 ? 'once' : `${times} times`}`;
