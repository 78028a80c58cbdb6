import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import type { Engine } from '../../engine/engine.js';
import { type Html, messagePage } from '../document.js';

export interface Closed {
  page: Html;
  status: 200 | 404 | 410;
  message: string;
}

/** Where the person goes once the session is complete: a framed page tells the page around it. */
export function afterwards(session: CheckoutSession): string {
  const { id, ui_mode } = session;
  return (ui_mode === 'embedded_page' ? undefined : destination(session)) ?? `/c/pay/${id}`;
}

function destination({ id, success_url, return_url }: CheckoutSession): string | undefined {
  return (success_url ?? return_url)?.replaceAll('{CHECKOUT_SESSION_ID}', id);
}

/** What stands in place of the form when the session cannot be paid (any more). */
export function closedPage(engine: Engine, id: string): Closed | undefined {
  return engine.transact((tx) => {
    const session = tx.get('checkout.session', id);
    const merchant = MERCHANT_NAME;
    const embedded = session?.ui_mode === 'embedded_page';
    if (!session) {
      const text = 'There is no Checkout session at this address. It may belong to a sandbox that was reset.';
      return { page: messagePage({ merchant, title: 'Page not found', text }), status: 404, message: text };
    }
    const back = session.cancel_url ?? (embedded ? null : session.return_url);
    const gone = (title: string): Closed => {
      const text = `Go back to ${merchant} and start again. Nothing was charged.`;
      const action = back ? { action: { href: back, label: `Back to ${merchant}` } } : {};
      const page = messagePage({ merchant, title, text, ...action, ...(embedded && { embedded: {} }) });
      return { page, status: 410, message: `${title}. ${text}` };
    };
    if (session.status === 'expired') return gone('This Checkout page has expired');
    if (session.status === 'open') {
      // Not established: what Stripe shows once the session's customer was deleted.
      const lost = session.customer && !tx.get('customer', session.customer as string);
      return lost ? gone('This Checkout page can no longer be used') : undefined;
    }
    const text = embedded
      ? 'Thank you. Your order is complete.'
      : 'This Checkout page was completed. There is nothing left to pay here.';
    const action = session.success_url ? { action: { href: afterwards(session), label: 'Continue' } } : {};
    const location = session.redirect_on_completion === 'always' ? destination(session) : undefined;
    const frame = embedded ? { embedded: { complete: location ?? '' } } : {};
    return {
      page: messagePage({ merchant, title: 'All done', text, ...action, ...frame }),
      status: 200,
      message: text,
    };
  });
}
