import { html } from 'hono/html';
import { type Html, STYLESHEET_PATH } from '../pages/document.js';
import { moment } from './moment.js';
import type { Notice } from './notices.js';
import { toneOf } from './object-summary.js';

/** Where the dashboard's own stylesheet and script are served. */
export const DASHBOARD_STYLESHEET_PATH = '/assets/dashboard.css';
export const DASHBOARD_SCRIPT_PATH = '/assets/dashboard.js';

const SECTIONS = [
  ['/', 'Overview'],
  ['/dashboard/objects', 'Objects'],
  ['/dashboard/events', 'Events'],
  ['/dashboard/requests', 'API requests'],
  ['/dashboard/clock', 'Clock'],
  ['/dashboard/failures', 'Failures'],
  ['/dashboard/settings', 'Settings'],
] as const;
export type Section = (typeof SECTIONS)[number][0];

export interface Frame {
  title: string;
  section: Section;
  /** Sandbox clock, Stripe seconds. */
  now: number;
  /** Deliveries are held back. */
  paused: boolean;
  notice: Notice | undefined;
  /** Reload every so many seconds where scripts do not run. */
  refresh?: number;
}

/** A page of the dashboard around its content. */
export function dashboardPage(frame: Frame, content: Html): Html {
  const { title, section, now, paused, notice, refresh } = frame;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
${refresh ? html`<meta http-equiv="refresh" content="${refresh}">` : ''}
<title>${title} · Stripe sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLESHEET_PATH}">
<link rel="stylesheet" href="${DASHBOARD_STYLESHEET_PATH}">
<script type="module" src="${DASHBOARD_SCRIPT_PATH}"></script>
</head>
<body class="dashboard">
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<a class="brand" href="/"><span class="mark" aria-hidden="true">S</span><span>Stripe sandbox</span></a>
<form class="find" role="search" action="/dashboard/find"><label class="visually-hidden" for="find">Find by id or email</label><input id="find" name="q" type="search" placeholder="Find an id or email" autocomplete="off" required></form>
<p class="clock"><span class="soft">Sandbox time</span> <time data-now="${now}">${moment(now)}</time> UTC</p>
</header>
<nav class="sections" aria-label="Sections">${SECTIONS.map(
    ([href, label]) => html`<a href="${href}"${href === section ? html` aria-current="page"` : ''}>${label}</a>`,
  )}</nav>
<main id="content" tabindex="-1">
${notice && html`<p class="banner ${notice.tone}" role="${notice.tone === 'bad' ? 'alert' : 'status'}">${notice.text}</p>`}
${paused && html`<div class="banner notice"><span>Deliveries are paused: events wait.</span>${action({ to: 'deliveries', back: section, label: 'Resume', style: 'small', members: { hold: 'no' } })}</div>`}
${content}
</main>
</body>
</html>`;
}

export function heading(title: string | Html, aside?: Html): Html {
  return html`<div class="heading"><h1>${title}</h1>${aside ?? ''}</div>`;
}

/** A part of a page that follows what happens: its newest state replaces it. */
export function live(id: string, content: Html): Html {
  return html`<div data-live id="${id}">${content}</div>`;
}

export function badge(status: string): Html {
  return html`<span class="badge ${toneOf(status)}">${status.replaceAll('_', ' ')}</span>`;
}

export interface ActionButton {
  /** The action's name. */
  to: string;
  /** Where it leads back to. */
  back: string;
  label: string;
  members?: Record<string, string>;
  style?: string;
  /** What it is about, for those who do not see where the button stands. */
  about?: string;
}

/** A button that does something, as a form of its own. */
export function action({ to, back, label, members = {}, style = '', about }: ActionButton): Html {
  return html`<form method="post" action="/dashboard/do/${to}">${hidden({ back, ...members })}<button class="button ${style}"${about ? html` aria-label="${label} ${about}"` : ''}>${label}</button></form>`;
}

export function hidden(members: Record<string, string>): Html {
  return html`${Object.entries(members).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}`;
}

export function field(label: string, control: Html, hint?: string): Html {
  return html`<label class="field"><span class="label">${label}</span>${control}${hint ? html`<span class="hint">${hint}</span>` : ''}</label>`;
}

export function options(values: readonly (readonly [value: string, label: string])[], chosen?: string): Html {
  return html`${values.map(
    ([value, label]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`,
  )}`;
}

export function empty(text: string): Html {
  return html`<p class="empty">${text}</p>`;
}
