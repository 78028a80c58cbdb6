import { html } from 'hono/html';
import type { AnyKind, KindName } from '../engine/kinds.js';
import type { StoredEvent } from '../engine/objects.js';
import { render } from '../engine/render.js';
import type { Html } from '../pages/document.js';
import { eventTable } from './events-page.js';
import { action, badge, empty, heading, live } from './frame.js';
import { jsonView } from './json-view.js';
import { type IdLinks, kindLabel, objectPath } from './object-kinds.js';
import { summaryOf } from './object-summary.js';
import type { DashboardParts } from './parts.js';

type Json = Record<string, unknown> & { id: string };
const RELATED = 15;
/** Events that are looked at for it, the newest ones. */
const READ_THROUGH = 200_000;

/** One object as the API answers it, with what happened to it; undefined if there is none. */
export function objectPage(parts: DashboardParts, links: IdLinks, kind: AnyKind, id: string): Html | undefined {
  const { engine } = parts;
  const name = kind.object as KindName;
  const object = engine.transact((tx) => {
    const found = tx.get(name, id);
    return found && (render(tx, found) as Json);
  });
  if (!object) return undefined;
  const { title, status } = summaryOf(object);
  const events = relatedEvents(engine.store.of('event').newestFirst(), object);
  return html`${heading(html`<a href="/dashboard/objects/${name}">${kindLabel(name)}</a> <span aria-hidden="true">/</span> <span class="id">${id}</span>`, status ? badge(status) : undefined)}
${title && html`<p class="lead">${title}</p>`}
${pageLinks(parts, name, object)}
<section aria-labelledby="json"><h2 id="json">Object</h2>${live('live-object', jsonView(object, links))}</section>
<section aria-labelledby="related"><h2 id="related">Events about it</h2>${live(
    'live-related',
    events.length === 0
      ? empty('No events about it.')
      : html`${eventTable(events, links)}${events.length === RELATED ? html`<p class="soft small">The last ${RELATED}.</p>` : ''}`,
  )}</section>`;
}

/** The newest events whose object it is, or whose object belongs to it. */
function relatedEvents(events: Iterable<StoredEvent>, { id }: Json): StoredEvent[] {
  const found: StoredEvent[] = [];
  let read = 0;
  for (const event of events) {
    if (found.length === RELATED || read++ === READ_THROUGH) break;
    if (concerns(event, id)) found.push(event);
  }
  return found;
}

const OWNERS = ['id', 'customer', 'subscription', 'invoice', 'payment_intent', 'product', 'test_clock'];

function concerns({ data: { object } }: StoredEvent, id: string): boolean {
  return OWNERS.some((member) => object[member] === id);
}

/** Pages for people that the object leads to, and what can be done with it here. */
function pageLinks({ engine }: DashboardParts, kind: KindName, object: Json): Html {
  const back = objectPath(kind, object.id);
  const link = (value: unknown, label: string) =>
    typeof value === 'string' ? html`<a class="button" href="${value}">${label}</a>` : '';
  const secret = kind === 'webhook_endpoint' && engine.store.of('_webhook_secret').get(object.id)?.secret;
  return html`<div class="actions">
${link(object.hosted_invoice_url, 'Open the invoice page')}${link(object.invoice_pdf, 'Download the PDF')}
${kind === 'checkout.session' ? link(object.url, 'Open the Checkout page') : ''}
${kind === 'billing_portal.session' ? link(object.url, 'Open the portal') : ''}
${
  kind === 'customer'
    ? html`${action({ to: 'portal', back, label: 'Open the customer portal', members: { customer: object.id } })}
<a class="button" href="/dashboard/failures?customer=${object.id}#fail-next">Fail the next payment</a>
${['subscription', 'invoice', 'payment_method'].map((name) => html`<a class="button plain" href="/dashboard/objects/${name}?q=${object.id}">${kindLabel(name)}</a>`)}`
    : ''
}
${secret ? html`<details class="secret"><summary>Signing secret</summary><code>${secret}</code></details>` : ''}
</div>`;
}
