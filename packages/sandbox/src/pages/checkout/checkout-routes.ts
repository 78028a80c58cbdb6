import type { Context, Hono } from 'hono';
import { AuthenticationRequired, recordAttempt, refuseAuthentication } from '../../billing/checkout/checkout-intent.js';
import { chooseOptional, discountSession, setQuantity } from '../../billing/checkout/checkout-order.js';
import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { recoverSession } from '../../billing/checkout/checkout-sessions.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import type { Engine } from '../../engine/engine.js';
import { StripeError } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import { threeDSecurePage } from '../cards/three-d-secure-page.js';
import { messagePage } from '../document.js';
import { answerForm, attempt, entriesOf, mayBeFramed, notFound, show } from '../serve.js';
import { brandStylesheet } from './checkout-brand.js';
import { cardMethod } from './checkout-card.js';
import { authenticate, challengeOf, challengeView, type Result, typedBefore } from './checkout-challenge.js';
import { afterwards, type Closed, closedPage } from './checkout-closed.js';
import { completeCheckout } from './checkout-completion.js';
import { checkoutPage } from './checkout-page.js';
import { type Payment, readPayment } from './checkout-payer.js';
import { removeOffered } from './checkout-saved-cards.js';
import { checkoutView } from './checkout-view.js';

const AUTHENTICATION_FAILED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

interface Told {
  problems?: Problem[];
  /** About the promotion code that was typed. */
  code?: { typed: string; problem: string };
  /** About the rest of the order. */
  order?: string;
}

/** The page at a session's `url`: pay, authenticate, go on to `success_url` or `return_url`. */
export function checkoutRoutes(app: Hono, engine: Engine): void {
  const page = (id: string, entries: Entries, { problems = [], code, order }: Told) =>
    engine.transact((tx) => {
      const view = checkoutView(tx, tx.require('checkout.session', id), entries, problems);
      if (view.promotion && code) Object.assign(view.promotion, code);
      return checkoutPage({ ...view, ...(order && { problem: order }) });
    });

  app.use('/c/pay/:id/*', (c, next) => {
    const mode = engine.transact((tx) => tx.get('checkout.session', c.req.param('id')))?.ui_mode;
    return mode === 'hosted_page' ? next() : mayBeFramed(c, next);
  });
  app.get('/c/pay/:id', (c) => {
    const closed = closedPage(engine, c.req.param('id'));
    if (closed) return show(c, closed.page, closed.status);
    const id = c.req.param('id');
    if (c.req.query('authentication') !== 'failed') return show(c, page(id, {}, {}));
    return show(c, page(id, typedBefore(engine, id), { problems: [{ message: AUTHENTICATION_FAILED }] }));
  });

  // What stripe.js shows in its frame: the client secret is the key to it.
  app.use('/c/embed/:secret', mayBeFramed);
  app.get('/c/embed/:secret', (c) => {
    const secret = c.req.param('secret');
    const id = secret.split('_secret_')[0] ?? '';
    const known = engine.transact((tx) => tx.get('checkout.session', id)?.client_secret === secret);
    return known ? c.redirect(`/c/pay/${id}`, 303) : notFound(c);
  });

  app.get('/c/pay/:id/brand.css', (c) => {
    const branding = engine.transact((tx) => tx.get('checkout.session', c.req.param('id'))?.branding_settings);
    if (!branding) return notFound(c);
    return c.body(brandStylesheet(branding), 200, { 'content-type': 'text/css; charset=utf-8' });
  });

  app.get('/c/recover/:id', (c) => {
    const session = engine.transact((tx) => recoverSession(tx, c.req.param('id')));
    if (session) return c.redirect(session.url as string, 303);
    const text = `Go back to ${MERCHANT_NAME} and start again. Nothing was charged.`;
    return show(c, messagePage({ merchant: MERCHANT_NAME, title: 'This link has expired', text }), 410);
  });

  app.post('/c/pay/:id', async (c) => {
    const id = c.req.param('id');
    const entries = await entriesOf(c);
    const closed = closedPage(engine, id);
    if (closed) return refuse(c, closed);
    return answerForm(c, pay(engine, id, entries), (problems) => page(id, withoutCard(entries), { problems }));
  });

  const order = (path: string, tell: (message: string, entries: Entries) => Told, change: Change) =>
    app.post(`/c/pay/:id/${path}`, async (c) => {
      const id = c.req.param('id') as string;
      const entries = await entriesOf(c);
      const closed = closedPage(engine, id);
      if (closed) return refuse(c, closed);
      const result = attempt(engine, (tx) => {
        change(tx, tx.require('checkout.session', id), entries);
        return { location: `/c/pay/${id}` };
      });
      if ('location' in result) return c.redirect(result.location, 303);
      return show(c, page(id, {}, tell(result.problems[0]?.message ?? '', entries)), 402);
    });

  order(
    'promotion-code',
    (_message, { code = '' }) => ({ code: { typed: code, problem: 'This code is invalid.' } }),
    (tx, session, { code = '' }) => {
      if (session.allow_promotion_codes) discountSession(tx, session, code.trim() || null);
    },
  );
  order(
    'quantity',
    (message) => ({ order: message }),
    (tx, session, { item = '', quantity = '' }) => {
      setQuantity(tx, session, item, quantity.trim() === '' ? Number.NaN : Number(quantity));
    },
  );
  order(
    'optional',
    (message) => ({ order: message }),
    (tx, session, { at, wanted }) => {
      chooseOptional(tx, session, Number(at), wanted === 'yes');
    },
  );
  order(
    'remove-card',
    (message) => ({ order: message }),
    (tx, session, { card = '' }) => {
      removeOffered(tx, session, card);
    },
  );

  app.get('/c/pay/:id/authenticate', (c) => {
    const id = c.req.param('id');
    const closed = closedPage(engine, id);
    if (closed) return show(c, closed.page, closed.status);
    const view = engine.transact((tx) => challengeView(tx, tx.require('checkout.session', id)));
    return view ? show(c, threeDSecurePage(view)) : c.redirect(`/c/pay/${id}`, 303);
  });

  app.post('/c/pay/:id/authenticate', async (c) => {
    const id = c.req.param('id');
    const approved = (await entriesOf(c)).answer === 'approve';
    const closed = closedPage(engine, id);
    if (closed) return show(c, closed.page, closed.status);
    if (!approved) {
      engine.transact((tx) => {
        if (!challengeOf(tx, id)) return;
        tx.patch('_checkout_challenge', id, { failed: true });
        refuseAuthentication(tx, id);
      });
      return c.redirect(`/c/pay/${id}?authentication=failed`, 303);
    }
    const result = authenticate(engine, id);
    return 'location' in result
      ? c.redirect(result.location, 303)
      : show(c, page(id, typedBefore(engine, id), result), 402);
  });
}

type Change = (tx: Transaction, session: CheckoutSession, entries: Entries) => void;

function pay(engine: Engine, id: string, entries: Entries): Result {
  const checked = engine.transact((tx) => readPayment(tx, tx.require('checkout.session', id), entries));
  if ('problems' in checked) return checked;
  const { payer, card } = checked;
  const method = (tx: Transaction) => methodOf(tx, id, checked);
  try {
    const complete = (tx: Transaction) =>
      completeCheckout(tx, tx.require('checkout.session', id), payer, method(tx), false);
    const result = attempt(engine, (tx) => ({ location: afterwards(complete(tx)) }));
    if ('problems' in result) noteDecline(engine, id, method);
    return result;
  } catch (error) {
    if (!(error instanceof AuthenticationRequired) || (!card && !checked.saved)) throw error;
    engine.transact((tx) => {
      const paymentMethod = method(tx);
      if (!paymentMethod) return;
      recordAttempt(tx, tx.require('checkout.session', id), paymentMethod, false);
      tx.put('_checkout_challenge', { id, payment_method: paymentMethod.id, payer });
    });
    return { location: `/c/pay/${id}/authenticate` };
  }
}

/** A declined payment leaves its traces, unless the number was none of the test cards. */
function noteDecline(engine: Engine, id: string, method: (tx: Transaction) => ReturnType<typeof methodOf>): void {
  try {
    engine.transact((tx) => {
      const used = method(tx);
      if (used) recordAttempt(tx, tx.require('checkout.session', id), used, false);
    });
  } catch (error) {
    if (!(error instanceof StripeError)) throw error;
  }
}

function methodOf(tx: Transaction, id: string, { card, saved, payer }: Payment) {
  return saved ?? (card && cardMethod(tx, tx.require('checkout.session', id), card, payer));
}

function withoutCard({ number, cvc, ...entries }: Entries): Entries {
  return entries;
}

function refuse(c: Context, { page, status, message }: Closed): Promise<Response> | Response {
  if (c.req.header('accept')?.includes('application/json')) return c.json({ problems: [{ message }] }, status);
  return show(c, page, status);
}
