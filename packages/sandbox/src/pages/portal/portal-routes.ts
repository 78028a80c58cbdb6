import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { mayPause } from '../../billing/subscriptions/subscription-pause.js';
import type { Engine } from '../../engine/engine.js';
import type { Transaction } from '../../engine/transaction.js';
import type { PortalConfiguration } from '../../resources/portal/portal-configurations.js';
import { mayChange } from '../../resources/portal/portal-flows.js';
import { type Entries, type Problem, readCard } from '../cards/card-entry.js';
import { type Html, messagePage } from '../document.js';
import { answerForm, attempt, entriesOf, notFound, show } from '../serve.js';
import { afterStep, flowPath, type Visit, visit } from './portal-access.js';
import { acceptOffer, addCard, cancelPlan, keepPlan, preferCard, removeCard } from './portal-actions.js';
import { confirmPage } from './portal-confirm-view.js';
import { customerPage, saveCustomer } from './portal-customer-step.js';
import { portalPage } from './portal-page.js';
import { pausePage, pausePlan, resumePlan } from './portal-pause-step.js';
import { applyPlanChange, readPlanChange, releaseScheduled, waitsForPeriodEnd } from './portal-plan-change.js';
import { addCardPage, cancelPage, updatePage } from './portal-step-views.js';
import { portalView, subscriptionsOf } from './portal-view.js';

type Result = { location: string } | { problems: Problem[] };
type StepPage = (tx: Transaction, visit: Visit, id: string, entries: Entries, problems: Problem[]) => Html | undefined;
interface Step {
  /** The configuration's switch; a step that is off is not found. */
  allowed: (features: PortalConfiguration['features']) => boolean;
  /** Left out for steps that are only a button. Undefined where the step cannot be taken. */
  page?: StepPage;
  /** Shown instead when what was chosen cannot be shown. */
  fallback?: StepPage;
  /** Left out for steps whose form leads to another one. */
  act?: (tx: Transaction, visit: Visit, id: string, entries: Entries) => Result;
}

const STEPS: Record<string, Step> = {
  'subscriptions/:id/cancel': {
    allowed: ({ subscription_cancel }) => subscription_cancel.enabled,
    page: cancelPage,
    act: (tx, at, id, { feedback, comment }) => {
      cancelPlan(tx, id, at.configuration.features.subscription_cancel, { feedback, comment });
      return { location: afterStep(tx, at, 'canceled') };
    },
  },
  'subscriptions/:id/retain': {
    allowed: ({ subscription_cancel }) => subscription_cancel.enabled,
    act: (tx, at, id) => {
      const coupon = at.inFlow && at.session.flow?.subscription_cancel?.retention?.coupon_offer?.coupon;
      if (coupon) acceptOffer(tx, id, coupon as string);
      return { location: afterStep(tx, at, 'offer') };
    },
  },
  'subscriptions/:id/keep': {
    allowed: ({ subscription_cancel }) => subscription_cancel.enabled,
    act: (tx, at, id) => {
      keepPlan(tx, id);
      return { location: afterStep(tx, at, 'kept') };
    },
  },
  'subscriptions/:id/pause': {
    allowed: ({ subscription_pause }) => subscription_pause.enabled,
    page: (tx, at, id, entries, problems) =>
      mayPause(tx.require('subscription', id)) ? pausePage(tx, at, id, entries, problems) : undefined,
    act: (tx, at, id, entries) => {
      const problems = pausePlan(tx, at, id, entries);
      return problems.length > 0 ? { problems } : { location: afterStep(tx, at, 'paused') };
    },
  },
  'subscriptions/:id/resume': {
    allowed: ({ subscription_pause }) => subscription_pause.enabled,
    act: (tx, at, id) => ({ location: `${at.base}?notice=${resumePlan(tx, id) ? 'resumed' : 'unpaid'}` }),
  },
  'subscriptions/:id/update': {
    allowed: ({ subscription_update }) => subscription_update.enabled,
    page: (tx, at, id, entries, problems) =>
      mayChange(tx.require('subscription', id)) ? updatePage(tx, at, id, entries, problems) : undefined,
  },
  'subscriptions/:id/confirm': {
    allowed: ({ subscription_update }) => subscription_update.enabled,
    page: (tx, at, id, entries, problems) =>
      mayChange(tx.require('subscription', id)) ? confirmPage(tx, at, id, entries, problems) : undefined,
    fallback: updatePage,
    act: (tx, at, id, entries) => {
      if (!mayChange(tx.require('subscription', id))) {
        return { problems: [{ message: 'This plan cannot be changed here.' }] };
      }
      const change = readPlanChange(tx, at, id, entries);
      applyPlanChange(tx, change);
      return { location: afterStep(tx, at, waitsForPeriodEnd(change) ? 'scheduled' : 'changed') };
    },
  },
  'subscriptions/:id/stay': {
    allowed: ({ subscription_update }) => subscription_update.enabled,
    act: (tx, at, id) => {
      releaseScheduled(tx, id);
      return { location: afterStep(tx, at, 'kept') };
    },
  },
  'payment-methods/new': {
    allowed: ({ payment_method_update }) => payment_method_update.enabled,
    page: (_tx, at, _id, entries, problems) => addCardPage(at, entries, problems),
    act: (tx, at, _id, entries) => {
      const read = readCard(entries, tx.now());
      if ('problems' in read) return read;
      const elsewhere = addCard(tx, at.session.customer, read.card, `${tx.origin}${at.base}/payment-methods/added`);
      return { location: elsewhere ?? afterStep(tx, at, 'card') };
    },
  },
  'payment-methods/:id/default': {
    allowed: ({ payment_method_update }) => payment_method_update.enabled,
    act: (tx, at, id) => {
      if (tx.get('payment_method', id)?.customer === at.session.customer) preferCard(tx, at.session.customer, id);
      return { location: `${at.base}?notice=default` };
    },
  },
  'payment-methods/:id/remove': {
    allowed: ({ payment_method_update }) => payment_method_update.enabled,
    act: (tx, at, id) => {
      removeCard(tx, at.session.customer, id);
      return { location: `${at.base}?notice=removed` };
    },
  },
  customer: {
    allowed: ({ customer_update }) => customer_update.enabled && customer_update.allowed_updates.length > 0,
    page: customerPage,
    act: (tx, at, _id, entries) => {
      const problems = saveCustomer(tx, at, entries);
      return problems.length > 0 ? { problems } : { location: afterStep(tx, at, 'saved') };
    },
  },
};

/** The page at a portal session's `url`, and the steps that start from it. */
export function portalRoutes(app: Hono, engine: Engine): void {
  app.get('/p/session/:token', (c) => {
    const at = visit(c, engine, true);
    if (at instanceof Promise) return at;
    if (at.inFlow) return c.redirect(flowPath(at), 303);
    const view = engine.transact((tx) => portalView(tx, at.session, at.configuration, at.base, c.req.query('notice')));
    return show(c, portalPage(view));
  });

  app.get('/p/session/:token/done', (c) => {
    const at = visit(c, engine, false);
    if (at instanceof Promise) return at;
    const message = at.session.flow?.after_completion.hosted_confirmation?.custom_message;
    const back = at.session.return_url;
    return show(
      c,
      messagePage({
        merchant: MERCHANT_NAME,
        title: 'Done',
        text: message ?? 'Your change was made.',
        ...(back && { action: { href: back, label: `Return to ${MERCHANT_NAME}` } }),
      }),
    );
  });

  // Back from the bank after adding a card.
  app.get('/p/session/:token/payment-methods/added', (c) => {
    const at = visit(c, engine, false);
    if (at instanceof Promise) return at;
    const location = engine.transact((tx) => {
      const intent = tx.get('setup_intent', c.req.query('setup_intent') ?? '');
      const { customer } = at.session;
      if (intent?.status !== 'succeeded' || intent.customer !== customer || !intent.payment_method) {
        return `${at.base}/payment-methods/new?authentication=failed`;
      }
      preferCard(tx, customer, intent.payment_method);
      return afterStep(tx, at, 'card');
    });
    return c.redirect(location, 303);
  });

  for (const [path, step] of Object.entries(STEPS)) serveStep(app, engine, path, step);
}

function serveStep(app: Hono, engine: Engine, path: string, step: Step): void {
  const enter = (c: Context): { at: Visit; id: string } | Promise<Response> => {
    const at = visit(c, engine, false);
    if (at instanceof Promise) return at;
    const id = c.req.param('id') ?? '';
    const own = engine.transact((tx) => subscriptionsOf(tx, at.session.customer).some((found) => found.id === id));
    const known = own || !path.startsWith('subscriptions/');
    return known && step.allowed(at.configuration.features) ? { at, id } : notFound(c);
  };
  const { page, fallback, act } = step;
  const pageOf = (at: Visit, id: string, entries: Entries, problems: Problem[]) =>
    engine.transact((tx) => page?.(tx, at, id, entries, problems));
  const orFallback = (at: Visit, id: string, entries: Entries, problems: Problem[]) => {
    const shown = attempt<{ page: Html | undefined }>(engine, (tx) => ({
      page: page?.(tx, at, id, entries, problems),
    }));
    if ('page' in shown) return shown.page;
    return engine.transact((tx) => fallback?.(tx, at, id, entries, shown.problems));
  };
  if (page) {
    app.get(`/p/session/:token/${path}`, (c) => {
      const entered = enter(c);
      if (entered instanceof Promise) return entered;
      const { at, id } = entered;
      const failed = c.req.query('authentication') === 'failed';
      const message = 'We are unable to authenticate your card. Try again, or use another one.';
      const shown = (fallback ? orFallback : pageOf)(at, id, c.req.query(), failed ? [{ message }] : []);
      return shown ? show(c, shown) : notFound(c);
    });
  }
  if (!act) return;
  app.post(`/p/session/:token/${path}`, async (c) => {
    const entered = enter(c);
    if (entered instanceof Promise) return entered;
    const { at, id } = entered;
    const entries = await entriesOf(c);
    const result: Result = attempt<Result>(engine, (tx) => act(tx, at, id, entries));
    if (!page) return c.redirect('location' in result ? result.location : at.base, 303);
    return answerForm(c, result, (problems) => pageOf(at, id, entries, problems) ?? html``);
  });
}
