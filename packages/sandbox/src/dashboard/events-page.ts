import { html } from 'hono/html';
import type { StoredEvent } from '../engine/objects.js';
import type { Html } from '../pages/document.js';
import { badge, empty, heading, live } from './frame.js';
import { timeTag } from './moment.js';
import type { IdLinks } from './object-kinds.js';
import { pageOf, pager } from './objects-page.js';
import type { DashboardParts } from './parts.js';

export interface EventsQuery {
  type?: string;
  after?: string;
  /** Seconds after which the page loads itself again, for browsers without scripts. */
  refresh?: string;
}

/** What happened, newest first; new events appear by themselves. */
export function eventsPage({ engine, courier }: DashboardParts, links: IdLinks, query: EventsQuery): Html {
  const type = query.type?.trim() ?? '';
  const events = engine.store.of('event');
  const page = pageOf(fitting(events.newestFirst(query.after), type), 40);
  const pending = (id: string) => engine.store.of('_delivery').where('event', id);
  const { paused } = courier.counts();
  return html`${heading('Events', html`<p class="soft">${events.size.toLocaleString('en-US')}</p>`)}
<form class="line" role="search"><label class="field"><span class="label">Type, <code>*</code> for any part of it</span><input type="search" name="type" value="${type}" list="types" placeholder="invoice.*" autocapitalize="none" spellcheck="false"></label>
<datalist id="types">${TYPES.map((each) => html`<option value="${each}"></option>`)}</datalist>
<button class="button">Filter</button>${type && html`<a class="button plain" href="?">Clear</a>`}</form>
<noscript><p class="soft">Scripts are off: <a href="?${new URLSearchParams({ ...(type && { type }) }).toString()}">load again</a>, or <a href="?${new URLSearchParams({ ...(type && { type }), refresh: '5' }).toString()}">every 5 seconds</a>.</p></noscript>
${live(
  'live-events',
  page.items.length === 0
    ? empty(type ? `No events of type “${type}”.` : 'Nothing has happened yet.')
    : eventTable(page.items, links, (event) => {
        const open = pending(event.id);
        if (open.length === 0) return html``;
        const gaveUp = open.filter((each) => each.gaveUp).length;
        return gaveUp > 0 ? badge('gave_up') : badge(paused ? 'held back' : 'pending');
      }),
)}
${pager('', query.after !== undefined, page.next, type ? { type } : {})}`;
}

const TYPES = [
  'customer.*',
  'customer.subscription.*',
  'invoice.*',
  'payment_intent.*',
  'checkout.session.*',
  'charge.*',
  'entitlements.*',
  'test_helpers.*',
];

function* fitting(events: Iterable<StoredEvent>, type: string): Generator<StoredEvent> {
  const fits = typeMatcher(type);
  for (const event of events) if (fits(event.type)) yield event;
}

function typeMatcher(pattern: string): (type: string) => boolean {
  if (pattern === '') return () => true;
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`);
  return (type) => expression.test(type);
}

/** Goes on in the next line after a dot or an underscore only. */
function breakable(type: string): Html {
  return html`${type.split(/(?<=[._])/).map((part, at) => html`${at > 0 ? html`<wbr>` : ''}${part}`)}`;
}

/** @param note what else to say of each */
export function eventTable(events: StoredEvent[], links: IdLinks, note?: (event: StoredEvent) => Html): Html {
  return html`<div class="scroll"><table class="list"><thead><tr><th scope="col">Type</th><th scope="col">Object</th>${note ? html`<th scope="col">Deliveries</th>` : ''}<th scope="col">Time (UTC)</th></tr></thead><tbody>
${events.map((event) => {
  const id = typeof event.data.object.id === 'string' ? event.data.object.id : '';
  const path = id && links.pathOf(id);
  return html`<tr data-row="${event.id}"><td class="wide"><a href="/dashboard/events/${event.id}">${breakable(event.type)}</a></td><td>${path ? html`<a class="id" href="${path}">${id}</a>` : html`<span class="id">${id}</span>`}</td>${note ? html`<td>${note(event)}</td>` : ''}<td class="nowrap">${timeTag(event.created)}</td></tr>`;
})}</tbody></table></div>`;
}
