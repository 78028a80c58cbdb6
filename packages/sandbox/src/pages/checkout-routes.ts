import type { Context, Hono } from 'hono';
import { type CheckoutSession, discountSession } from '../billing/checkout/checkout-sessions.js';
import { MERCHANT_NAME } from '../billing/payments/merchant.js';
import { createCardPaymentMethod, requireTestCard } from '../billing/payments/payment-methods.js';
import { money } from '../billing/wording.js';
import type { Engine } from '../engine/engine.js';
import type { Transaction } from '../engine/transaction.js';
import { type CardEntry, type Entries, type Problem, readCard } from './card-entry.js';
import { AuthenticationRequired, completeCheckout, type Payer } from './checkout-completion.js';
import { checkoutPage } from './checkout-page.js';
import { checkoutView } from './checkout-view.js';
import { type Html, messagePage } from './document.js';
import { answerForm, attempt, entriesOf, show } from './serve.js';
import { threeDSecurePage } from './three-d-secure-page.js';
import { brandName } from './wording.js';

declare module '../engine/objects.js' {
  interface InternalRecords {
    /** A payment that waits for the person's bank. `id` is the session's. */
    _checkout_challenge: { id: string; payment_method: string; payer: Payer };
  }
}

const AUTHENTICATION_FAILED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

/** The page at a session's `url`: pay, authenticate, go on to `success_url` or `return_url`. */
export function checkoutRoutes(app: Hono, engine: Engine): void {
  const page = (id: string, entries: Entries, problems: Problem[], code?: string) =>
    engine.transact((tx) => {
      const session = tx.require('checkout.session', id);
      const view = checkoutView(tx, session, entries, problems);
      if (view.promotion && code) view.promotion.problem = code;
      return checkoutPage(view);
    });

  app.get('/c/pay/:id', (c) => {
    const closed = closedPage(engine, c.req.param('id'));
    if (closed) return show(c, closed.page, closed.status);
    const problems = c.req.query('authentication') === 'failed' ? [{ message: AUTHENTICATION_FAILED }] : [];
    return show(c, page(c.req.param('id'), {}, problems));
  });

  app.post('/c/pay/:id', async (c) => {
    const id = c.req.param('id');
    const entries = await entriesOf(c);
    const closed = closedPage(engine, id);
    if (closed) return refuse(c, closed);
    return answerForm(c, pay(engine, id, entries), (problems) => page(id, entries, problems));
  });

  app.post('/c/pay/:id/promotion-code', async (c) => {
    const id = c.req.param('id');
    const { code = '' } = await entriesOf(c);
    const closed = closedPage(engine, id);
    if (closed) return refuse(c, closed);
    const result = attempt(engine, (tx) => {
      const session = tx.require('checkout.session', id);
      if (session.allow_promotion_codes) discountSession(tx, session, code.trim() || null);
      return { location: `/c/pay/${id}` };
    });
    if ('location' in result) return c.redirect(result.location, 303);
    return show(c, page(id, {}, [], 'This code is invalid.'), 402);
  });

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
      engine.transact((tx) => tx.delete('_checkout_challenge', id));
      return c.redirect(`/c/pay/${id}?authentication=failed`, 303);
    }
    const result = attempt(engine, (tx) => {
      const challenge = tx.get('_checkout_challenge', id);
      if (!challenge) return { location: `/c/pay/${id}` };
      const method = tx.require('payment_method', challenge.payment_method);
      const session = completeCheckout(tx, tx.require('checkout.session', id), challenge.payer, method, true);
      tx.delete('_checkout_challenge', id);
      return { location: afterwards(session) };
    });
    return 'location' in result ? c.redirect(result.location, 303) : show(c, page(id, {}, result.problems), 402);
  });
}

function pay(engine: Engine, id: string, entries: Entries): { location: string } | { problems: Problem[] } {
  const checked = engine.transact((tx) => readPayment(tx, tx.require('checkout.session', id), entries));
  if ('problems' in checked) return checked;
  const { payer, card } = checked;
  try {
    return attempt(engine, (tx) => {
      const method = card && cardMethod(tx, card, payer);
      return { location: afterwards(completeCheckout(tx, tx.require('checkout.session', id), payer, method, false)) };
    });
  } catch (error) {
    if (!(error instanceof AuthenticationRequired) || !card) throw error;
    engine.transact((tx) => {
      const { id: payment_method } = cardMethod(tx, card, payer);
      tx.put('_checkout_challenge', { id, payment_method, payer });
    });
    return { location: `/c/pay/${id}/authenticate` };
  }
}

function readPayment(
  tx: Transaction,
  session: CheckoutSession,
  entries: Entries,
): { payer: Payer; card: CardEntry | null } | { problems: Problem[] } {
  const customer = session.customer ? tx.get('customer', session.customer as string) : undefined;
  const email = (customer?.email ?? session.customer_email ?? entries.email ?? '').trim();
  const problems: Problem[] = /^[^\s@]+@[^\s@]+$/.test(email)
    ? []
    : [{ field: 'email', message: 'Enter a valid email address.' }];
  const free = session.amount_total === 0 && session.payment_method_collection === 'if_required';
  if (free) return problems.length > 0 ? { problems } : { payer: { email, name: '', country: '' }, card: null };
  const read = readCard(entries, tx.now());
  if ('problems' in read) return { problems: [...problems, ...read.problems] };
  if (problems.length > 0) return { problems };
  const { name, country } = read.card;
  return { payer: { email, name, country }, card: read.card };
}

function cardMethod(tx: Transaction, card: CardEntry, { email, name, country }: Payer) {
  const { number, exp_month, exp_year } = card;
  const none = { city: null, line1: null, line2: null, postal_code: null, state: null };
  return createCardPaymentMethod(tx, {
    card: requireTestCard(number),
    exp_month,
    exp_year,
    hasCvc: true,
    allow_redisplay: 'limited',
    billing_details: { email, name, address: { ...none, country } },
  });
}

function challengeView(tx: Transaction, session: CheckoutSession) {
  const challenge = tx.get('_checkout_challenge', session.id);
  const card = challenge && tx.get('payment_method', challenge.payment_method)?.card;
  if (!card) return undefined;
  const { amount_total, currency } = session;
  return {
    merchant: MERCHANT_NAME,
    action: `/c/pay/${session.id}/authenticate`,
    card: { brand: brandName(card.brand), last4: card.last4 },
    ...(amount_total && currency && { amount: money(amount_total, currency) }),
  };
}

/** Where the person goes once the session is complete. */
function afterwards({ id, success_url, return_url }: CheckoutSession): string {
  const target = success_url ?? return_url;
  return target ? target.replaceAll('{CHECKOUT_SESSION_ID}', id) : `/c/pay/${id}`;
}

interface Closed {
  page: Html;
  status: 200 | 404 | 410;
  message: string;
}

/** What stands in place of the form when the session cannot be paid (any more). */
function closedPage(engine: Engine, id: string): Closed | undefined {
  return engine.transact((tx) => {
    const session = tx.get('checkout.session', id);
    const merchant = MERCHANT_NAME;
    if (session?.status === 'open') return undefined;
    if (!session) {
      const text = 'There is no Checkout session at this address. It may belong to a sandbox that was reset.';
      return { page: messagePage({ merchant, title: 'Page not found', text }), status: 404, message: text };
    }
    const back = session.cancel_url ?? session.return_url;
    if (session.status === 'expired') {
      const text = `Go back to ${merchant} and start again. Nothing was charged.`;
      const action = back ? { action: { href: back, label: `Back to ${merchant}` } } : {};
      const title = 'This Checkout page has expired';
      return { page: messagePage({ merchant, title, text, ...action }), status: 410, message: `${title}. ${text}` };
    }
    const text = 'This Checkout page was completed. There is nothing left to pay here.';
    const action = session.success_url ? { action: { href: afterwards(session), label: 'Continue' } } : {};
    return { page: messagePage({ merchant, title: 'All done', text, ...action }), status: 200, message: text };
  });
}

function refuse(c: Context, { page, status, message }: Closed): Promise<Response> | Response {
  if (c.req.header('accept')?.includes('application/json')) return c.json({ problems: [{ message }] }, status);
  return show(c, page, status);
}
