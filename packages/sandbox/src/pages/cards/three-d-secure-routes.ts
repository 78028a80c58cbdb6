import type { Hono } from 'hono';
import { finishAuthentication } from '../../billing/invoices/settlement.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { answerSetupAuthentication } from '../../billing/payments/setup-intents.js';
import { money } from '../../billing/wording.js';
import type { Engine } from '../../engine/engine.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { messagePage } from '../document.js';
import { entriesOf, mayBeFramed, notFound, show } from '../serve.js';
import { brandName } from '../wording.js';
import { threeDSecurePage } from './three-d-secure-page.js';

type Intent = StripeObjects['payment_intent'] | StripeObjects['setup_intent'];

/** Where `next_action` of an intent leads: the person approves or refuses, and goes back to the `return_url`. */
export function threeDSecureRoutes(app: Hono, engine: Engine): void {
  app.use('/3ds/:id', mayBeFramed);
  app.get('/3ds/:id', (c) => {
    const view = engine.transact((tx) => {
      const intent = intentOf(tx, c.req.param('id'));
      if (intent?.status !== 'requires_action') return intent && 'settled';
      const card = intent.payment_method ? tx.get('payment_method', intent.payment_method)?.card : undefined;
      return {
        merchant: MERCHANT_NAME,
        action: `/3ds/${intent.id}`,
        card: { brand: brandName(card?.brand ?? ''), last4: card?.last4 ?? '' },
        ...(intent.object === 'payment_intent' && { amount: money(intent.amount, intent.currency) }),
      };
    });
    if (!view) return notFound(c);
    return show(c, view === 'settled' ? settledPage() : threeDSecurePage(view));
  });

  app.post('/3ds/:id', async (c) => {
    const approved = (await entriesOf(c)).answer === 'approve';
    const location = engine.transact((tx) => {
      const intent = intentOf(tx, c.req.param('id'));
      if (intent?.status !== 'requires_action') return intent && 'settled';
      const back = intent.next_action?.redirect_to_url?.return_url;
      const succeeded = answer(tx, intent, approved);
      return back ? returnAddress(back, intent, succeeded) : 'settled';
    });
    if (!location) return notFound(c);
    return location === 'settled' ? show(c, settledPage()) : c.redirect(location, 303);
  });
}

function intentOf(tx: Transaction, id: string): Intent | undefined {
  return id.startsWith('seti_') ? tx.get('setup_intent', id) : tx.get('payment_intent', id);
}

function answer(tx: Transaction, intent: Intent, approved: boolean): boolean {
  if (intent.object === 'setup_intent') {
    return answerSetupAuthentication(tx, intent.id, approved).status === 'succeeded';
  }
  return finishAuthentication(tx, intent.id, approved).kind === 'succeeded';
}

/** `?payment_intent=…&payment_intent_client_secret=…&redirect_status=…`, as Stripe adds it. */
function returnAddress(back: string, intent: Intent, succeeded: boolean): string {
  const address = new URL(back);
  address.searchParams.set(intent.object, intent.id);
  address.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '');
  address.searchParams.set('redirect_status', succeeded ? 'succeeded' : 'failed');
  return address.href;
}

function settledPage() {
  const text = 'Your bank has your answer. You can close this window and go back.';
  return messagePage({ merchant: MERCHANT_NAME, title: 'Thank you', text, tells: 'authenticated' });
}
