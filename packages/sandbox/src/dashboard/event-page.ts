import { html } from 'hono/html';
import type { Attempt, Delivery } from '../delivery/record.js';
import type { StripeObjects } from '../engine/objects.js';
import type { Html } from '../pages/document.js';
import { shownEvent } from '../resources/platform/events.js';
import { action, badge, empty, heading, live } from './frame.js';
import { jsonView } from './json-view.js';
import { fromNow, moment, timeTag } from './moment.js';
import { type IdLinks, objectPath } from './object-kinds.js';
import type { DashboardParts } from './parts.js';

/** One event: what it carries, what it changed, and how its deliveries went; undefined if there is none. */
export function eventPage(parts: DashboardParts, links: IdLinks, id: string): Html | undefined {
  const event = parts.engine.transact((tx) => {
    const found = tx.get('event', id);
    return found && shownEvent(tx, found);
  });
  if (!event) return undefined;
  const { object, previous_attributes: previous } = event.data;
  const objectId = typeof object.id === 'string' ? object.id : undefined;
  const path = objectId && links.pathOf(objectId);
  const request = event.request.id && parts.requests.find(event.request.id);
  const { data, ...rest } = event;
  return html`${heading(html`<a href="/dashboard/events">Events</a> <span aria-hidden="true">/</span> ${event.type}`)}
<dl class="facts"><div><dt>Id</dt><dd class="id">${id}</dd></div><div><dt>Time</dt><dd>${timeTag(event.created)} UTC</dd></div>
<div><dt>Object</dt><dd class="id">${path ? html`<a href="${path}">${objectId}</a>` : (objectId ?? 'one without an id')}</dd></div>
<div><dt>Cause</dt><dd class="id">${event.request.id ? (request ? html`<a href="/dashboard/requests/${event.request.id}">${event.request.id}</a>` : event.request.id) : 'happened by itself'}</dd></div></dl>
<section aria-labelledby="deliveries"><h2 id="deliveries">Deliveries</h2>${live('live-deliveries', deliveries(parts, id, event.type))}</section>
<section aria-labelledby="payload"><h2 id="payload">Object at that time${previous ? html` <span class="soft small">what changed is marked</span>` : ''}</h2>${jsonView(object, links, previous)}</section>
${previous ? html`<section aria-labelledby="previous"><h2 id="previous">previous_attributes</h2>${jsonView(previous, links)}</section>` : ''}
<section aria-labelledby="whole"><h2 id="whole">The rest of the event</h2>${jsonView({ ...rest, data: '…' }, links)}</section>`;
}

/** Each endpoint that it went to, or would go to now, with every attempt that is remembered. */
function deliveries({ engine, courier }: DashboardParts, event: string, type: string): Html {
  const known = engine.store.of('_delivery').where('event', event);
  const attempts = courier.log.filter((attempt) => attempt.event === event);
  const endpoints = [...engine.store.of('webhook_endpoint').newestFirst()].filter(
    ({ id, status, enabled_events: types }) =>
      known.some((each) => each.endpoint === id) ||
      attempts.some((each) => each.endpoint === id) ||
      (status === 'enabled' && (types.includes('*') || types.includes(type))),
  );
  if (endpoints.length === 0) return empty('No endpoint wants events of this type.');
  return html`${endpoints.map((endpoint) =>
    one({
      event,
      endpoint,
      delivery: known.find((each) => each.endpoint === endpoint.id),
      attempts: attempts.filter((each) => each.endpoint === endpoint.id),
      now: engine.clock.nowMs(),
      paused: courier.paused,
    }),
  )}`;
}

interface EndpointDelivery {
  event: string;
  endpoint: StripeObjects['webhook_endpoint'];
  delivery: Delivery | undefined;
  attempts: Attempt[];
  /** Sandbox clock in milliseconds. */
  now: number;
  paused: boolean;
}

function one(view: EndpointDelivery): Html {
  const { event, endpoint, attempts } = view;
  return html`<article class="delivery"><header><div class="grow"><a href="${objectPath('webhook_endpoint', endpoint.id)}">${endpoint.url}</a> ${state(view)}</div>
${action({ to: 'resend', back: `/dashboard/events/${event}`, label: 'Resend', style: 'small', about: `to ${endpoint.url}`, members: { event, endpoint: endpoint.id } })}</header>
${
  attempts.length === 0
    ? html`<p class="soft small">No attempt is remembered.</p>`
    : html`<div class="scroll"><table><thead><tr><th scope="col">Attempt</th><th scope="col">Outcome</th><th scope="col">Answer</th><th scope="col">At (real time)</th></tr></thead><tbody>${attempts.map(
        (each) =>
          html`<tr><td>${each.attempt || '–'}</td><td>${badge(each.outcome)}</td><td>${each.status ?? each.error ?? 'none'}</td><td class="nowrap">${each.at.replace('T', ' ').slice(0, 19)}</td></tr>`,
      )}</tbody></table></div>`
}</article>`;
}

function state({ delivery, attempts, now, paused }: EndpointDelivery): Html {
  if (!delivery)
    return attempts.some(({ outcome }) => outcome === 'delivered') ? badge('delivered') : badge('not sent');
  if (delivery.gaveUp) return badge('gave_up');
  if (paused) return badge('held back');
  const due = Math.ceil(delivery.nextAttemptAt / 1000);
  if (delivery.attempts === 0) return badge('pending');
  return html`${badge('retrying')} <span class="soft small">attempt ${delivery.attempts + 1} ${fromNow(due - now / 1000)}, ${moment(due)} on the sandbox’s clock</span>`;
}
