import { changeOrder } from '../../billing/checkout/checkout-order.js';
import { type CheckoutSession, planOf } from '../../billing/checkout/checkout-plan.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, list, metadata, type ParamsOf, required, str } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { addressLines, addressOf } from '../customers/address.js';
import { lineItemParams, updatedItems } from './checkout-line-items.js';

/** `POST /v1/checkout/sessions/:id`. */
export const updateShape = {
  collected_information: hash({
    shipping_details: hash({
      address: required(hash({ ...addressLines, country: required(str(2)), line1: required(str()) })),
      name: required(str()),
    }),
  }),
  line_items: list(hash({ ...lineItemParams, id: str() }), 100),
  metadata: metadata(),
};

/** @throws 400 for changes of a session that is no longer open, or whose page the merchant cannot reach */
export function updateSession(
  tx: Transaction,
  session: CheckoutSession,
  { collected_information, line_items, metadata: given }: ParamsOf<typeof updateShape>,
): CheckoutSession {
  if (line_items !== undefined || collected_information !== undefined) requireOpen(session);
  if (line_items !== undefined) {
    if (session.mode === 'setup') {
      throw invalidRequest('You can not pass `line_items` in `setup` mode.', { param: 'line_items' });
    }
    const plan = planOf(tx, session.id);
    const items = updatedItems(tx, session, plan.items, line_items);
    const kept = new Set(items.map(({ id }) => id));
    const optional = plan.optional.map((each) => (kept.has(each.chosen ?? '') ? each : { ...each, chosen: null }));
    changeOrder(tx, session, { items, optional });
  }
  const shipping = collected_information?.shipping_details;
  if (shipping) {
    if (session.ui_mode !== 'embedded_page') {
      throw invalidRequest('`collected_information` can only be updated when `ui_mode` is `embedded_page`.', {
        param: 'collected_information',
      });
    }
    const shipping_details = { address: addressOf(shipping.address), name: shipping.name };
    const none = { business_name: null, individual_name: null };
    tx.patch('checkout.session', session.id, {
      collected_information: { ...none, ...session.collected_information, shipping_details },
    });
  }
  return tx.patch('checkout.session', session.id, { metadata: mergeMetadata(session.metadata ?? {}, given) });
}

function requireOpen({ status }: CheckoutSession): void {
  if (status === 'open') return;
  throw invalidRequest(
    `Only Checkout Sessions with a status in ["open"] can be updated. This Checkout Session has a status of ${status}.`,
  );
}
