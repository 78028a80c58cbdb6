import { html } from 'hono/html';
import type { Engine } from '../engine/engine.js';
import { type ApiKey, keyStatus } from '../http/api-keys.js';
import { PERMISSIONS } from '../http/permissions.js';
import type { Html } from '../pages/document.js';
import { action, badge, empty, field, hidden, options } from './frame.js';
import { pageOf } from './objects-page.js';

const SHOWN = 50;

/** Keys that were made or revoked here; any other test key is accepted as it always was. */
export function apiKeysSection({ store, clock }: Engine, back: string): Html {
  const { items } = pageOf(store.of('_api_key').newestFirst(), SHOWN);
  return html`${
    items.length === 0
      ? empty('No keys were made here.')
      : html`<div class="scroll"><table><thead><tr><th scope="col">Key</th><th scope="col">Kind</th><th scope="col">May</th><th scope="col">State</th><th scope="col"><span class="visually-hidden">Revoke</span></th></tr></thead><tbody>${items.map(
          (key) =>
            html`<tr><td class="wide">${key.name ? html`${key.name}<br>` : ''}<code class="id">${key.id}</code></td><td>${key.kind}</td><td>${may(key)}</td><td>${badge(keyStatus(key, clock.now()))}</td><td>${keyStatus(key, clock.now()) === 'active' ? action({ to: 'revoke-key', back, label: 'Revoke', style: 'small', about: key.name ?? key.id, members: { key: key.id } }) : ''}</td></tr>`,
        )}</tbody></table></div>`
  }
<form class="grid" method="post" action="/dashboard/do/make-key">${hidden({ back })}
${field(
  'Kind',
  html`<select name="kind">${options([
    ['secret', 'Secret'],
    ['restricted', 'Restricted'],
    ['publishable', 'Publishable'],
  ])}</select>`,
)}
${field('Name', html`<input name="name" autocomplete="off">`)}
${field('May read', html`<input name="read" list="resources" placeholder="for a restricted key" autocapitalize="none" spellcheck="false">`, 'resources, separated by commas')}
${field('May read and change', html`<input name="write" list="resources" placeholder="for a restricted key" autocapitalize="none" spellcheck="false">`, 'resources, separated by commas')}
<datalist id="resources">${PERMISSIONS.map((name) => html`<option value="${name}"></option>`)}</datalist>
<button class="button">Make a key</button></form>`;
}

function may({ permissions }: ApiKey): string {
  if (!permissions) return 'everything of its kind';
  const granted = Object.entries(permissions).filter(([, access]) => access !== 'none');
  return granted.map(([resource, access]) => `${resource}: ${access}`).join(', ') || 'nothing';
}
