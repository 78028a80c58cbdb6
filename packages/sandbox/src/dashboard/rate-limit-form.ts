import { html } from 'hono/html';
import type { Engine } from '../engine/engine.js';
import type { Html } from '../pages/document.js';
import { action, field, hidden } from './frame.js';

/** The limit for each key, off unless somebody sets it. */
export function rateLimitForm({ store }: Engine, back: string): Html {
  const limits = store.of('_rate_limits').get('rate_limits');
  const input = (name: string, value: number | null | undefined, placeholder: string) =>
    html`<input name="${name}" type="number" min="0" value="${value ?? ''}" placeholder="${placeholder}">`;
  return html`<p>${limits ? 'On.' : 'Off.'} <span class="soft">Calls beyond it are answered with 429, for each key on its own.</span></p>
<form class="grid" method="post" action="/dashboard/do/rate-limit">${hidden({ back })}
${field('Reads per second', input('readsPerSecond', limits?.reads_per_second, 'any number'))}
${field('Changes per second', input('writesPerSecond', limits?.writes_per_second, 'any number'))}
${field('At the same time', input('concurrent', limits?.concurrent, 'any number'))}
${field('retry-after in seconds', input('retryAfter', limits?.retry_after, 'not sent'))}
<button class="button">Limit the rate</button></form>
${limits ? action({ to: 'clear-rate-limit', back, label: 'No limit' }) : ''}`;
}
