import { html } from 'hono/html';
import { parseForm } from '../http/form.js';
import type { LoggedRequest } from '../http/request-log.js';
import type { Html } from '../pages/document.js';
import { empty, heading, live } from './frame.js';
import { jsonView } from './json-view.js';
import { timeTag } from './moment.js';
import type { IdLinks } from './object-kinds.js';
import type { DashboardParts } from './parts.js';

const SHOWN = 100;

/** The last calls of Stripe's API, newest first. */
export function requestsPage({ requests }: DashboardParts, only: string): Html {
  const all = requests.newestFirst();
  const found = all.filter((request) => fits(request, only)).slice(0, SHOWN);
  const choices = [
    ['', 'All'],
    ['writes', 'Changes'],
    ['failed', 'Failed'],
  ] as const;
  return html`${heading('API requests', html`<p class="soft">the last ${all.length} since the sandbox started, in memory</p>`)}
<nav class="filters" aria-label="Which requests">${choices.map(
    ([value, label]) => html`<a href="?only=${value}"${value === only ? html` aria-current="true"` : ''}>${label}</a>`,
  )}</nav>
${live(
  'live-requests',
  found.length === 0
    ? empty(only ? 'No such request.' : 'No request yet. Point an SDK here: the overview says how.')
    : html`<div class="scroll"><table class="list"><thead><tr><th scope="col">Request</th><th scope="col">Status</th><th scope="col">Request id</th><th scope="col">Idempotency key</th><th scope="col" class="right">Took</th><th scope="col">Time (UTC)</th></tr></thead><tbody>${found.map(
        (request) =>
          html`<tr data-row="${request.id}"><td class="wide request"><span class="method">${request.method}</span> <a class="id" href="/dashboard/requests/${request.id}">${request.path}</a></td><td>${status(request)}</td><td><span class="id">${request.id}</span></td><td><span class="id">${request.idempotencyKey ?? ''}</span>${request.replayOf ? html` <span class="badge">replayed</span>` : ''}</td><td class="right nowrap">${took(request)}</td><td class="nowrap">${timeTag(request.created)}</td></tr>`,
      )}</tbody></table></div>`,
)}`;
}

/** One call with what was sent and answered; undefined if it is forgotten. */
export function requestPage({ requests, engine }: DashboardParts, links: IdLinks, id: string): Html | undefined {
  const request = requests.find(id);
  if (!request) return undefined;
  const events = [];
  for (const event of engine.store.of('event').newestFirst()) {
    if (event.created < request.created - 1) break;
    if (event.request.id === id) events.push(event);
  }
  return html`${heading(html`<a href="/dashboard/requests">API requests</a> <span aria-hidden="true">/</span> <span class="id">${request.method} ${request.path}</span>`, status(request))}
<dl class="facts"><div><dt>Request id</dt><dd class="id">${id}</dd></div><div><dt>Time</dt><dd>${timeTag(request.created)} UTC</dd></div><div><dt>Took</dt><dd>${took(request)}</dd></div>
<div><dt>Idempotency key</dt><dd class="id">${request.idempotencyKey ?? 'none'}</dd></div>
${request.replayOf ? html`<div><dt>Answered again from</dt><dd class="id">${requests.find(request.replayOf) ? html`<a href="/dashboard/requests/${request.replayOf}">${request.replayOf}</a>` : request.replayOf}</dd></div>` : ''}</dl>
<section aria-labelledby="sent"><h2 id="sent">Parameters</h2>${request.form === '' ? empty('None.') : jsonView(parseForm(request.form), links)}</section>
<section aria-labelledby="answer"><h2 id="answer">Answer</h2>${request.status === null ? empty('None: a fault kept it back.') : jsonView(parsed(request.answer), links)}</section>
${events.length > 0 ? html`<section aria-labelledby="caused"><h2 id="caused">Events it caused</h2><ul class="plain">${events.reverse().map((event) => html`<li><a href="/dashboard/events/${event.id}">${event.type}</a></li>`)}</ul></section>` : ''}`;
}

function fits({ method, status: answered }: LoggedRequest, only: string): boolean {
  if (only === 'writes') return method !== 'GET';
  if (only === 'failed') return answered === null || answered >= 400;
  return true;
}

function status({ status: answered }: LoggedRequest): Html {
  const tone = answered !== null && answered < 400 ? 'good' : 'bad';
  return html`<span class="badge ${tone}">${answered ?? 'no answer'}</span>`;
}

const took = ({ duration }: LoggedRequest) => `${duration < 10 ? duration.toFixed(1) : Math.round(duration)} ms`;

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}
