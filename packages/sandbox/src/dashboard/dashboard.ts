import type { Context } from 'hono';
import { html } from 'hono/html';
import { isOwnRequest } from '../http/browser-origin.js';
import { CONTENT_SECURITY_POLICY, type Html } from '../pages/document.js';
import { act, control } from './actions.js';
import { Changes } from './changes.js';
import { clockPage } from './clock-page.js';
import { eventPage } from './event-page.js';
import { eventsPage } from './events-page.js';
import { type FaultState, failuresPage } from './failures-page.js';
import { DASHBOARD_SCRIPT_PATH, DASHBOARD_STYLESHEET_PATH, dashboardPage, heading, type Section } from './frame.js';
import { Notices } from './notices.js';
import { IdLinks } from './object-kinds.js';
import { objectPage } from './object-page.js';
import { kindPage, objectsPage } from './objects-page.js';
import { overviewPage } from './overview-page.js';
import type { DashboardParts } from './parts.js';
import { requestPage, requestsPage } from './requests-page.js';
import { dashboardScript } from './script.js';
import { resetPage, seedPage, settingsPage } from './settings-page.js';
import { sdkSnippets } from './snippets.js';
import { dashboardStylesheet } from './stylesheet.js';

interface Shown {
  title: string;
  content: Html | undefined;
  refresh?: number;
}
type Page = (c: Context) => Shown | Promise<Shown>;

/** The dashboard at `/`: what a developer wants to see of the sandbox, and to do to it, in a browser. */
export function mountDashboard(parts: DashboardParts): void {
  const { app, engine, courier, requests, kinds } = parts;
  const links = new IdLinks(engine, kinds);
  const notices = new Notices();
  const changes = new Changes();
  engine.afterCommit.push(() => changes.happened());
  requests.onRequest = () => changes.happened();

  const page = (path: string, section: Section, make: Page) =>
    app.get(path, async (c) => {
      const { title, content, refresh } = await make(c);
      const notice = notices.take(c.req.query('said'));
      const frame = { section, now: engine.clock.now(), paused: courier.paused, notice };
      if (!content) {
        const gone = html`${heading('Not found')}<p class="soft">There is nothing at this address. It may have been before a reset, or be forgotten by now.</p>`;
        return answer(c, dashboardPage({ ...frame, title: 'Not found' }, gone), 404);
      }
      return answer(c, dashboardPage({ ...frame, title, ...(refresh && { refresh }) }, content), 200);
    });

  app.get('/', async (c, next) => (wantsPage(c) ? next() : c.json(welcome(parts))));
  page('/', '/', () => ({ title: 'Overview', content: overviewPage(parts) }));
  page('/dashboard/objects', '/dashboard/objects', () => ({ title: 'Objects', content: objectsPage(parts) }));
  page('/dashboard/objects/:kind', '/dashboard/objects', (c) => {
    const kind = kinds.find(({ object }) => object === c.req.param('kind'));
    return { title: c.req.param('kind') ?? '', content: kind && kindPage(parts, kind, c.req.query()) };
  });
  page('/dashboard/objects/:kind/:id', '/dashboard/objects', (c) => {
    const kind = kinds.find(({ object }) => object === c.req.param('kind'));
    const id = c.req.param('id') ?? '';
    return { title: id, content: kind && objectPage(parts, links, kind, id) };
  });
  page('/dashboard/events', '/dashboard/events', (c) => {
    const seconds = Number(c.req.query('refresh'));
    return {
      title: 'Events',
      content: eventsPage(parts, links, c.req.query()),
      ...(seconds > 0 && seconds < 3600 && { refresh: seconds }),
    };
  });
  page('/dashboard/events/:id', '/dashboard/events', (c) => {
    const id = c.req.param('id') ?? '';
    return { title: id, content: eventPage(parts, links, id) };
  });
  page('/dashboard/requests', '/dashboard/requests', (c) => ({
    title: 'API requests',
    content: requestsPage(parts, c.req.query('only') ?? ''),
  }));
  page('/dashboard/requests/:id', '/dashboard/requests', (c) => {
    const id = c.req.param('id') ?? '';
    return { title: id, content: requestPage(parts, links, id) };
  });
  page('/dashboard/clock', '/dashboard/clock', () => ({ title: 'Clock', content: clockPage(parts, links) }));
  page('/dashboard/failures', '/dashboard/failures', async (c) => {
    const faults = (await control(parts, 'GET', 'faults')) as FaultState;
    return { title: 'Failures', content: failuresPage(parts, faults, c.req.query('customer') ?? '') };
  });
  page('/dashboard/settings', '/dashboard/settings', () => ({ title: 'Settings', content: settingsPage(parts) }));
  page('/dashboard/settings/reset', '/dashboard/settings', () => ({ title: 'Reset', content: resetPage(parts) }));
  page('/dashboard/settings/seed', '/dashboard/settings', () => ({ title: 'Seed', content: seedPage() }));

  app.get('/dashboard/find', (c) => {
    const q = (c.req.query('q') ?? '').trim();
    const request = requests.find(q) && `/dashboard/requests/${encodeURIComponent(q)}`;
    return c.redirect(request ?? links.search(q) ?? `/dashboard/objects/customer?q=${encodeURIComponent(q)}`, 303);
  });
  app.get('/dashboard/stream', (c) =>
    c.body(changes.stream(), 200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }),
  );
  app.post('/dashboard/do/:action', async (c) => {
    if (!isOwnRequest(c)) return c.text('Only the sandbox’s own pages may do this.', 403);
    const entries = await entriesAndFiles(c);
    const result = await act(parts, c.req.param('action'), entries);
    if (!result) return c.text('There is no such action.', 404);
    return c.redirect(
      'location' in result ? result.location : withNotice(ownPath(entries.back), notices.leave(result)),
      303,
    );
  });
  serveAsset(DASHBOARD_STYLESHEET_PATH, 'text/css', dashboardStylesheet);
  serveAsset(DASHBOARD_SCRIPT_PATH, 'text/javascript', dashboardScript);

  function serveAsset(path: string, type: string, body: string): void {
    app.get(path, (c) =>
      c.body(body, 200, { 'content-type': `${type}; charset=utf-8`, 'cache-control': 'public, max-age=60' }),
    );
  }
}

/** A form's entries, files as their text. */
async function entriesAndFiles(c: Context): Promise<Record<string, string>> {
  const entries: Record<string, string> = {};
  for (const [name, value] of Object.entries(await c.req.parseBody())) {
    if (typeof value === 'string') entries[name] = value;
    else if (value instanceof File) entries[name] = await value.text();
  }
  return entries;
}

/** Browsers ask for HTML by name; curl and SDKs do not. */
const wantsPage = (c: Context) => c.req.header('accept')?.includes('text/html') ?? false;

/** What a program that asks for `/` gets. */
function welcome({ engine, apiVersion }: DashboardParts): object {
  const { origin } = engine;
  return {
    name: 'Stripe sandbox',
    api_version: apiVersion,
    now: engine.clock.now(),
    counts: Object.fromEntries(Object.entries(engine.store.counts()).filter(([name]) => !name.startsWith('_'))),
    urls: {
      dashboard: `${origin}/`,
      api: `${origin}/v1`,
      control: `${origin}/_sandbox/state`,
      stripe_js: `${origin}/stripe.js`,
    },
    try: sdkSnippets(origin)
      .find(({ language }) => language === 'curl')
      ?.code.replace(/ \\\n\s*/g, ' '),
  };
}

async function answer(c: Context, page: Html, status: 200 | 404): Promise<Response> {
  return c.html(await page, status, {
    'cache-control': 'no-store',
    // Nobody else may frame what has buttons.
    'content-security-policy': `${CONTENT_SECURITY_POLICY}; form-action 'self'; frame-ancestors 'none'`,
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  });
}

/** A path of the dashboard, or its front page for anything else. */
function ownPath(path: string | undefined): string {
  return path && /^\/dashboard\/[\w./%:-]*$/.test(path) && !path.includes('//') ? path : '/';
}

const withNotice = (path: string, word: string) => `${path}?said=${word}`;
