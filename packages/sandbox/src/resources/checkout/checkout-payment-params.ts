import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { bool, emptyable, hash, list, metadata, oneOf, type ParamsOf, required, str } from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';

/** `payment` mode only. */
export const paymentIntentData = hash({
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
  description: str(1000),
  metadata: metadata(),
  receipt_email: str(800),
  setup_future_usage: oneOf('off_session', 'on_session'),
});

/** `payment` mode only. */
export const invoiceCreation = hash({
  enabled: required(bool()),
  invoice_data: hash({
    custom_fields: emptyable(list(hash({ name: required(str(40)), value: required(str(140)) }), 4)),
    description: str(1500),
    footer: str(5000),
    metadata: metadata(),
  }),
});
type Given = ParamsOf<{ creation: typeof invoiceCreation }>['creation'];

export function invoiceCreationOf(given: Given): CheckoutSession['invoice_creation'] {
  const { custom_fields = null, description = null, footer = null, metadata: data } = given?.invoice_data ?? {};
  return {
    enabled: given?.enabled ?? false,
    invoice_data: {
      account_tax_ids: null,
      custom_fields,
      description,
      footer,
      issuer: null,
      metadata: mergeMetadata({}, data),
      rendering_options: null,
    },
  };
}
