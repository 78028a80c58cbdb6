import { html } from 'hono/html';
import type { Html } from '../pages/document.js';
import { plural } from '../pages/wording.js';
import { type EndpointHealth, endpointHealth } from './endpoint-health.js';
import { badge, empty, field, heading, hidden, live } from './frame.js';
import { fromNow } from './moment.js';
import { groupedKinds, kindLabel, objectPath } from './object-kinds.js';
import type { DashboardParts } from './parts.js';
import { sdkSnippets, webhookSnippet } from './snippets.js';

export function overviewPage(parts: DashboardParts): Html {
  const { engine, courier, apiVersion } = parts;
  return html`${heading('Overview', html`<p class="soft">API version <code>${apiVersion}</code> at <code>${engine.origin}</code></p>`)}
<section aria-labelledby="counts"><h2 id="counts">What is here</h2>${live('live-counts', counts(parts))}</section>
<section aria-labelledby="endpoints"><h2 id="endpoints">Webhook endpoints</h2>
${live('live-endpoints', endpoints(endpointHealth(engine, courier)))}
<form class="line" method="post" action="/dashboard/do/add-endpoint">${hidden({ back: '/' })}
${field('Send all events to', html`<input name="url" type="url" required placeholder="http://127.0.0.1:3000/webhooks/stripe">`)}
<button class="button">Add endpoint</button></form></section>
<section aria-labelledby="connect"><h2 id="connect">Point your program here</h2>
<p class="soft">Any key that starts with <code>sk_test_</code> is accepted, unless the sandbox was started with keys of its own.</p>
${snippets(engine.origin)}</section>
<section aria-labelledby="webhooks"><h2 id="webhooks">Receive its webhooks</h2>
<p class="soft">The answer has the signing secret; the endpoint’s page here shows it too.</p>
${code('curl', webhookSnippet(engine.origin))}</section>`;
}

function counts({ engine, courier, kinds }: DashboardParts): Html {
  const size = (name: string) => engine.store.of(name as 'customer').size;
  const main = ['customer', 'subscription', 'invoice', 'product', 'price', 'payment_method'];
  const others = groupedKinds(kinds)
    .flatMap((group) => group.kinds.map(({ object }) => object as string))
    .filter((name) => !main.includes(name) && size(name) > 0);
  const { in_flight, queued, waiting } = courier.counts();
  const next = engine.store.jobs.peek(null);
  return html`<ul class="tiles">
${main.map((name) => tile(`/dashboard/objects/${name}`, size(name), kindLabel(name)))}
${tile('/dashboard/events', engine.store.of('event').size, 'Events')}
${tile('/dashboard/events', in_flight + queued + waiting, 'Deliveries under way')}
${tile('/dashboard/clock', engine.store.jobs.size, next ? `Jobs due, the next ${fromNow(next.due - engine.clock.now())}` : 'Jobs due')}
</ul>
${others.length > 0 ? html`<p class="also">${others.map((name) => html`<a href="/dashboard/objects/${name}">${kindLabel(name)} <span class="soft">${size(name).toLocaleString('en-US')}</span></a> `)}</p>` : ''}`;
}

function tile(href: string, count: number, label: string): Html {
  return html`<li><a class="tile" href="${href}"><strong>${count.toLocaleString('en-US')}</strong><span>${label}</span></a></li>`;
}

function endpoints(health: EndpointHealth[]): Html {
  if (health.length === 0) return empty('No endpoint yet. Events are kept all the same and can be read from the API.');
  return html`<div class="scroll"><table><thead><tr><th scope="col">Address</th><th scope="col">State</th><th scope="col">Last attempt</th><th scope="col" class="right">Waiting</th><th scope="col" class="right">Given up</th></tr></thead><tbody>
${health.map(
  ({ endpoint, last, waiting, gaveUp }) => html`<tr>
<td class="wide"><a href="${objectPath('webhook_endpoint', endpoint.id)}">${endpoint.url}</a><br><span class="soft small">${endpoint.enabled_events.includes('*') ? 'all events' : plural(endpoint.enabled_events.length, 'event type')}${endpoint.api_version ? `, version ${endpoint.api_version}` : ''}</span></td>
<td>${badge(endpoint.status)}</td>
<td>${last ? html`${badge(last.outcome)} <span class="soft small">${last.status ?? last.error ?? ''} · ${last.type}</span>` : html`<span class="soft">none yet</span>`}</td>
<td class="right">${waiting.toLocaleString('en-US')}</td><td class="right">${gaveUp.toLocaleString('en-US')}</td></tr>`,
)}</tbody></table></div>`;
}

/** One language at a time, chosen by radio buttons: works without scripts and by keyboard. */
function snippets(url: string): Html {
  const all = sdkSnippets(url);
  return html`<fieldset class="tabs"><legend class="visually-hidden">Language</legend>
<div class="choices">${all.map(
    ({ language }, at) =>
      html`<label><input type="radio" name="language" value="${language}"${at === 0 ? html` checked` : ''}><span>${language}</span></label>`,
  )}</div>
${all.map((snippet) => html`<div class="tab" data-language="${snippet.language}">${code(snippet.language, snippet.code)}</div>`)}
</fieldset>`;
}

function code(language: string, text: string): Html {
  return html`<div class="json-box"><button type="button" class="button small copy" data-copy hidden aria-label="Copy ${language}">Copy</button><pre class="code" tabindex="0" role="region" aria-label="${language}"><code>${text}</code></pre></div>`;
}
