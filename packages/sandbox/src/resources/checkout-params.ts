import type { CheckoutSession } from '../billing/checkout/checkout-sessions.js';
import { invalidRequest, type StripeError } from '../engine/errors.js';
import type { StripeObjects } from '../engine/objects.js';
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
} from '../http/params.js';
import { mergeMetadata } from '../http/standard-routes.js';

const LOCALES =
  'auto bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh zh-HK zh-TW'.split(
    ' ',
  );

const message = emptyable(hash({ message: required(str(1200)) }));

/** `POST /v1/checkout/sessions`. */
export const sessionShape = {
  allow_promotion_codes: bool(),
  allowed_payment_method_types: list(oneOf('card')),
  automatic_tax: hash({ enabled: required(bool()), liability: hash({ type: required(oneOf('self')) }) }),
  billing_address_collection: oneOf('auto', 'required'),
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
  customer_email: str(800),
  customer_update: hash({ address: oneOf('auto', 'never'), name: oneOf('auto', 'never') }),
  discounts: list(hash({ coupon: str(), promotion_code: str() }), 1),
  expires_at: time(),
  integration_identifier: str(),
  line_items: list(
    hash({
      metadata: metadata(),
      price: str(),
      quantity: int(0),
    }),
    40,
  ),
  locale: oneOf(...LOCALES),
  metadata: metadata(),
  mode: oneOf('payment', 'setup', 'subscription'),
  origin_context: oneOf('mobile_app', 'web'),
  payment_method_collection: oneOf('always', 'if_required'),
  redirect_on_completion: oneOf('always', 'if_required', 'never'),
  return_url: str(),
  setup_intent_data: hash({ description: str(1000), metadata: metadata() }),
  subscription_data: hash({
    description: str(500),
    metadata: metadata(),
    trial_end: time(),
    trial_period_days: int(1, 730),
    trial_settings: hash({
      end_behavior: required(hash({ missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')) })),
    }),
  }),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  success_url: str(),
  tax_id_collection: hash({ enabled: required(bool()), required: oneOf('if_supported', 'never') }),
  ui_mode: oneOf('embedded_page', 'hosted_page'),
};

export type SessionParams = ParamsOf<typeof sessionShape>;

/** Which return addresses belong to which `ui_mode`. */
export function urlProblem(params: SessionParams): StripeError | undefined {
  const { ui_mode = 'hosted_page', success_url, cancel_url, return_url, redirect_on_completion } = params;
  if (ui_mode === 'hosted_page') {
    if (success_url === undefined) {
      return invalidRequest('Missing required param: success_url.', {
        code: 'parameter_missing',
        param: 'success_url',
      });
    }
    for (const param of ['return_url', 'redirect_on_completion'] as const) {
      if (params[param] !== undefined) return notWith(param, ui_mode);
    }
  } else {
    if (success_url !== undefined) return notWith('success_url', ui_mode);
    if (cancel_url !== undefined) return notWith('cancel_url', ui_mode);
    if (return_url === undefined && redirect_on_completion !== 'never') {
      return invalidRequest('Missing required param: return_url.', { code: 'parameter_missing', param: 'return_url' });
    }
    if (return_url !== undefined && redirect_on_completion === 'never') {
      return invalidRequest('`return_url` is not allowed when `redirect_on_completion` is `never`.', {
        param: 'return_url',
      });
    }
  }
  for (const param of ['success_url', 'cancel_url', 'return_url'] as const) {
    if (params[param] !== undefined && !isWebAddress(params[param])) {
      return invalidRequest('Not a valid URL', { code: 'url_invalid', param });
    }
  }
  return undefined;
}

const notWith = (param: string, uiMode: string) =>
  invalidRequest(`\`${param}\` is not allowed when \`ui_mode\` is \`${uiMode}\`.`, { param });

function isWebAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

/** The members that the session shows as they were given. */
export function givenMembers(
  params: SessionParams,
  customer: StripeObjects['customer'] | null,
): Partial<CheckoutSession> {
  const { automatic_tax, custom_text, metadata: given, tax_id_collection } = params;
  const members: Partial<CheckoutSession> = {
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
    tax_id_collection: tax_id_collection && { required: 'never', ...tax_id_collection },
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
