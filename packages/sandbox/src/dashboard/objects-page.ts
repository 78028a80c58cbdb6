import { html } from 'hono/html';
import type { Engine } from '../engine/engine.js';
import type { AnyKind, KindName } from '../engine/kinds.js';
import type { Html } from '../pages/document.js';
import { badge, empty, heading, live } from './frame.js';
import { timeTag } from './moment.js';
import { groupedKinds, kindLabel, objectPath } from './object-kinds.js';
import { summaryOf } from './object-summary.js';
import type { DashboardParts } from './parts.js';

const PAGE_SIZE = 25;
type Json = Record<string, unknown> & { id: string };

/** All kinds with how many there are. */
export function objectsPage({ engine, kinds }: DashboardParts): Html {
  const size = ({ object }: AnyKind) => engine.store.of(object as KindName).size;
  return html`${heading('Objects')}${live(
    'live-kinds',
    html`<div class="groups">${groupedKinds(kinds).map(
      (group) =>
        html`<section><h2>${group.title}</h2><ul class="kinds">${group.kinds.map(
          (kind) =>
            html`<li><a href="/dashboard/objects/${kind.object as string}"><span>${kindLabel(kind.object)}</span><span class="count${size(kind) === 0 ? ' none' : ''}">${size(kind).toLocaleString('en-US')}</span></a></li>`,
        )}</ul></section>`,
    )}</div>`,
  )}`;
}

/** One kind, newest first, a page at a time; all of it or what the filter finds through the kind's indexes. */
export function kindPage(parts: DashboardParts, kind: AnyKind, query: { q?: string; after?: string }): Html {
  const name = kind.object as string;
  const q = query.q?.trim() ?? '';
  const collection = parts.engine.store.of(name as KindName);
  const found = q === '' ? undefined : filtered(parts.engine, kind, q);
  const page = pageOf(found ? afterIn(found, query.after) : (collection.newestFirst(query.after) as Iterable<Json>));
  const count = found ? `${found.length.toLocaleString('en-US')} found` : collection.size.toLocaleString('en-US');
  const label = kindLabel(name);
  return html`${heading(html`<a href="/dashboard/objects">Objects</a> <span aria-hidden="true">/</span> ${label}`, html`<p class="soft">${count}</p>`)}
<form class="line" role="search"><label class="field"><span class="label">Filter by id, ${filterWords(kind)}</span><input type="search" name="q" value="${q}"></label><button class="button">Filter</button>${q && html`<a class="button plain" href="?">Clear</a>`}</form>
${live('live-list', page.items.length === 0 ? empty(q ? `No ${label.toLowerCase()} found for “${q}”.` : `No ${label.toLowerCase()} yet.`) : table(name, page.items))}
${pager(q, query.after !== undefined, page.next)}`;
}

function table(kind: string, objects: Json[]): Html {
  const rows = objects.map((object) => ({ object, ...summaryOf(object) }));
  const withStatus = rows.some(({ status }) => status);
  const withCustomer = rows.some(({ customer }) => customer);
  return html`<div class="scroll"><table class="list"><thead><tr><th scope="col">Id</th><th scope="col">About</th>${withStatus ? html`<th scope="col">Status</th>` : ''}${withCustomer ? html`<th scope="col">Customer</th>` : ''}<th scope="col">Created (UTC)</th></tr></thead><tbody>
${rows.map(
  ({
    object,
    title,
    status,
    customer,
  }) => html`<tr data-row="${object.id}"><td><a class="id" href="${objectPath(kind, object.id)}">${object.id}</a></td><td class="wide">${title}</td>
${withStatus ? html`<td>${status ? badge(status) : ''}</td>` : ''}${withCustomer ? html`<td>${customer ? html`<a class="id" href="${objectPath('customer', customer)}">${customer}</a>` : ''}</td>` : ''}
<td class="nowrap">${typeof object.created === 'number' ? timeTag(object.created) : ''}</td></tr>`,
)}</tbody></table></div>`;
}

/** @param next id of the last one shown, when there are more */
export function pager(q: string, isLater: boolean, next: string | undefined, more: Record<string, string> = {}): Html {
  if (!isLater && next === undefined) return html``;
  const href = (members: Record<string, string>) =>
    `?${new URLSearchParams({ ...more, ...(q && { q }), ...members }).toString()}`;
  return html`<nav class="pager" aria-label="Pages">${isLater ? html`<a class="button small" href="${href({})}">Newest</a>` : ''}${next !== undefined ? html`<a class="button small" href="${href({ after: next })}" rel="next">Older</a>` : ''}</nav>`;
}

/** The first page of what comes, and whether there is more. */
export function pageOf<T extends { id: string }>(
  items: Iterable<T>,
  size = PAGE_SIZE,
): { items: T[]; next: string | undefined } {
  const page: T[] = [];
  for (const item of items) {
    if (page.length === size) return { items: page, next: page.at(-1)?.id };
    page.push(item);
  }
  return { items: page, next: undefined };
}

function afterIn(found: Json[], after: string | undefined): Json[] {
  const at = after === undefined ? -1 : found.findIndex(({ id }) => id === after);
  return found.slice(at + 1);
}

const hasIndex = ({ indexes = {} }: AnyKind, name: string) => name in indexes;

function filterWords(kind: AnyKind): string {
  const names = Object.keys(kind.indexes ?? {}).map((name) => name.replaceAll('_', ' '));
  if (hasIndex(kind, 'customer')) names.push('the customer’s email');
  return names.length === 0 ? 'exactly' : names.join(', ').replace(/, ([^,]*)$/, ' or $1');
}

/** By id, by any index of the kind, or by the email of its customers; exact, so that no list is read through. */
function filtered({ store }: Engine, kind: AnyKind, q: string): Json[] {
  const collection = store.of(kind.object as KindName);
  const byId = collection.get(q);
  const found = new Map<string, Json>();
  if (byId) found.set(q, byId as unknown as Json);
  const look = (index: string, value: string) => {
    for (const object of collection.where(index, value)) found.set(object.id as string, object as unknown as Json);
  };
  for (const index of Object.keys(kind.indexes ?? {})) look(index, q);
  if (hasIndex(kind, 'customer')) for (const { id } of store.of('customer').where('email', q)) look('customer', id);
  return [...found.values()];
}
