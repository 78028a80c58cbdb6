import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import type { StripeObjects } from '../../engine/objects.js';
import {
  bool,
  emptyable,
  hash,
  int,
  list,
  metadata,
  oneOf,
  type ParamsOf,
  required,
  str,
  time,
} from '../../http/params.js';
import { mergeMetadata } from '../../http/standard-routes.js';
import { createShape } from '../subscriptions/subscription-create-params.js';
import { afterExpiration, brandingOf, brandingSettings } from './checkout-appearance-params.js';
import { collectionMembers, collectionShape } from './checkout-collection-params.js';
import { lineItem, optionalItem } from './checkout-line-items.js';
import { invoiceCreation, invoiceCreationOf, paymentIntentData } from './checkout-payment-params.js';

const LOCALES =
  'auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'.split(
    ' ',
  );

const message = emptyable(hash({ message: required(str(1200)) }));

/** `POST /v1/checkout/sessions`. */
export const sessionShape = {
  ...collectionShape,
  adaptive_pricing: hash({ enabled: bool() }),
  after_expiration: afterExpiration,
  allow_promotion_codes: bool(),
  allowed_payment_method_types: list(oneOf('card')),
  automatic_tax: hash({ enabled: required(bool()), liability: hash({ type: required(oneOf('self')) }) }),
  billing_address_collection: oneOf('auto', 'required'),
  branding_settings: brandingSettings,
  cancel_url: str(),
  client_reference_id: str(200),
  currency: str(3),
  custom_text: hash({
    after_submit: message,
    shipping_address: message,
    submit: message,
    terms_of_service_acceptance: message,
  }),
  customer: str(),
  customer_creation: oneOf('always', 'if_required'),
  customer_email: str(800),
  customer_update: hash({
    address: oneOf('auto', 'never'),
    name: oneOf('auto', 'never'),
    shipping: oneOf('auto', 'never'),
  }),
  discounts: list(hash({ coupon: str(), promotion_code: str() }), 1),
  excluded_payment_method_types: list(str()),
  expires_at: time(),
  integration_identifier: str(),
  invoice_creation: invoiceCreation,
  line_items: list(lineItem, 100),
  locale: oneOf(...LOCALES),
  managed_payments: hash({ enabled: bool() }),
  metadata: metadata(),
  mode: oneOf('payment', 'setup', 'subscription'),
  optional_items: list(optionalItem, 10),
  origin_context: oneOf('mobile_app', 'web'),
  payment_intent_data: paymentIntentData,
  payment_method_collection: oneOf('always', 'if_required'),
  payment_method_data: hash({ allow_redisplay: oneOf('always', 'limited', 'unspecified') }),
  payment_method_options: hash({
    card: hash({
      restrictions: hash({
        brands_blocked: list(oneOf('american_express', 'discover_global_network', 'mastercard', 'visa')),
      }),
      setup_future_usage: oneOf('off_session', 'on_session'),
    }),
  }),
  redirect_on_completion: oneOf('always', 'if_required', 'never'),
  return_url: str(),
  saved_payment_method_options: hash({
    allow_redisplay_filters: list(oneOf('always', 'limited', 'unspecified')),
    payment_method_remove: oneOf('disabled', 'enabled'),
    payment_method_save: oneOf('disabled', 'enabled'),
  }),
  setup_intent_data: hash({ description: str(1000), metadata: metadata() }),
  subscription_data: hash({
    billing_cycle_anchor: createShape.billing_cycle_anchor,
    billing_cycle_anchor_config: createShape.billing_cycle_anchor_config,
    billing_mode: createShape.billing_mode,
    description: str(500),
    invoice_settings: createShape.invoice_settings,
    metadata: metadata(),
    proration_behavior: oneOf('create_prorations', 'none'),
    trial_end: time(),
    trial_period_days: int(1, 730),
    trial_settings: hash({
      end_behavior: required(hash({ missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')) })),
    }),
  }),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  success_url: str(),
  ui_mode: oneOf('embedded_page', 'hosted_page'),
  wallet_options: hash({ link: hash({ display: oneOf('auto', 'never') }) }),
};

export type SessionParams = ParamsOf<typeof sessionShape>;

/** The members that the session shows as they were given. */
export function givenMembers(
  params: SessionParams,
  customer: StripeObjects['customer'] | null,
): Partial<CheckoutSession> {
  const { automatic_tax, custom_text, metadata: given, saved_payment_method_options: saved } = params;
  const members: Partial<CheckoutSession> = {
    ...collectionMembers(params),
    ...(params.adaptive_pricing && { adaptive_pricing: { enabled: false } }),
    ...(params.managed_payments && { managed_payments: { enabled: false } }),
    excluded_payment_method_types: params.excluded_payment_method_types,
    wallet_options: params.wallet_options,
    ...(params.after_expiration && {
      after_expiration: {
        recovery: params.after_expiration.recovery
          ? { allow_promotion_codes: false, ...params.after_expiration.recovery, expires_at: null, url: null }
          : null,
      },
    }),
    ...(params.branding_settings && { branding_settings: brandingOf(params.branding_settings) }),
    customer_creation: params.customer_creation,
    ...(params.mode === 'payment' || params.mode === undefined
      ? { invoice_creation: invoiceCreationOf(params.invoice_creation) }
      : {}),
    ...(params.payment_method_options?.card && {
      payment_method_options: {
        card: { request_three_d_secure: 'automatic', ...params.payment_method_options.card },
      },
    }),
    ...(saved && {
      saved_payment_method_options: {
        allow_redisplay_filters: saved.allow_redisplay_filters ?? ['always'],
        payment_method_remove: saved.payment_method_remove ?? 'disabled',
        payment_method_save: saved.payment_method_save ?? null,
      },
    }),
    allow_promotion_codes: params.allow_promotion_codes,
    allowed_payment_method_types: params.allowed_payment_method_types,
    billing_address_collection: params.billing_address_collection,
    cancel_url: params.cancel_url,
    client_reference_id: params.client_reference_id,
    customer_email: params.customer_email,
    integration_identifier: params.integration_identifier,
    locale: params.locale as CheckoutSession['locale'],
    metadata: mergeMetadata({}, given),
    origin_context: params.origin_context,
    payment_method_collection: params.payment_method_collection,
    redirect_on_completion: params.redirect_on_completion,
    return_url: params.return_url,
    submit_type: params.submit_type,
    success_url: params.success_url,
  };
  if (automatic_tax?.enabled) {
    members.automatic_tax = { enabled: true, liability: { type: 'self' }, provider: 'stripe', status: null };
  }
  if (custom_text) {
    const none = { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null };
    members.custom_text = { ...none, ...custom_text };
  }
  if (customer) {
    members.customer_details = {
      address: null,
      business_name: null,
      email: customer.email,
      individual_name: null,
      name: null,
      phone: null,
      tax_exempt: customer.tax_exempt ?? 'none',
      tax_ids: null,
    };
  }
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
