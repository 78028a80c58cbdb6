import { html } from 'hono/html';
import { day } from '../billing/wording.js';
import type { Html } from '../pages/document.js';

/** e.g. `24 Nov 2026, 16:05:09`, UTC. @param seconds Stripe's */
export function moment(seconds: number): string {
  return `${day(seconds)}, ${new Date(seconds * 1000).toISOString().slice(11, 19)}`;
}

export function timeTag(seconds: number): Html {
  return html`<time datetime="${new Date(seconds * 1000).toISOString()}" title="${seconds}">${moment(seconds)}</time>`;
}

const UNITS: [name: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** e.g. `in 3 days`, `now`, `2 hours ago`. @param seconds from now, negative for the past */
export function fromNow(seconds: number): string {
  const distance = Math.abs(seconds);
  const [unit, size] = UNITS.find(([, least]) => distance >= least) ?? ['second', 1];
  const count = Math.floor(distance / size);
  if (count === 0) return 'now';
  const amount = `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
  return seconds > 0 ? `in ${amount}` : `${amount} ago`;
}
