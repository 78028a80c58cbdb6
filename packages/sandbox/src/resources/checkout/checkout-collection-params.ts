import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { invalidRequest } from '../../engine/errors.js';
import { bool, hash, int, list, oneOf, type ParamsOf, required, str } from '../../http/params.js';

const lengths = { default_value: str(255), maximum_length: int(1), minimum_length: int(1) };

const customField = hash({
  dropdown: hash({
    default_value: str(100),
    options: required(list(hash({ label: required(str(100)), value: required(str(100)) }), 200)),
  }),
  key: required(str(200)),
  label: required(hash({ custom: required(str(50)), type: required(oneOf('custom')) })),
  numeric: hash(lengths),
  optional: bool(),
  text: hash(lengths),
  type: required(oneOf('dropdown', 'numeric', 'text')),
});

const named = hash({ enabled: required(bool()), optional: bool() });

/** What the page asks the buyer for, beside the card. */
export const collectionShape = {
  consent_collection: hash({
    payment_method_reuse_agreement: hash({ position: required(oneOf('auto', 'hidden')) }),
    promotions: oneOf('auto', 'none'),
    terms_of_service: oneOf('none', 'required'),
  }),
  custom_fields: list(customField, 3),
  name_collection: hash({ business: named, individual: named }),
  phone_number_collection: hash({ enabled: required(bool()) }),
  shipping_address_collection: hash({ allowed_countries: required(list(str(2), 250)) }),
  tax_id_collection: hash({ enabled: required(bool()), required: oneOf('if_supported', 'never') }),
};
type Given = ParamsOf<typeof collectionShape>;

export function collectionMembers(given: Given): Partial<CheckoutSession> {
  const { consent_collection: consent, name_collection: name, tax_id_collection } = given;
  const optional = ({ enabled, optional = false }: { enabled: boolean; optional?: boolean }) => ({ enabled, optional });
  return {
    ...(consent && {
      consent_collection: {
        payment_method_reuse_agreement: consent.payment_method_reuse_agreement ?? null,
        promotions: consent.promotions ?? null,
        terms_of_service: consent.terms_of_service ?? null,
      },
    }),
    ...(given.custom_fields && { custom_fields: customFields(given.custom_fields) }),
    ...(name && {
      name_collection: {
        ...(name.business && { business: optional(name.business) }),
        ...(name.individual && { individual: optional(name.individual) }),
      },
    }),
    ...(given.phone_number_collection && { phone_number_collection: given.phone_number_collection }),
    ...(given.shipping_address_collection && {
      shipping_address_collection: given.shipping_address_collection as CheckoutSession['shipping_address_collection'],
    }),
    ...(tax_id_collection && { tax_id_collection: { required: 'never', ...tax_id_collection } }),
  };
}

function customFields(given: NonNullable<Given['custom_fields']>): CheckoutSession['custom_fields'] {
  return given.map((field, at) => {
    const { key, label, type, optional = false } = field;
    const path = `custom_fields[${at}]`;
    if (!/^[a-z0-9]+$/i.test(key)) {
      throw invalidRequest('The custom field `key` must be alphanumeric.', { param: `${path}[key]` });
    }
    if (given.findIndex((other) => other.key === key) !== at) {
      throw invalidRequest(`The custom field key \`${key}\` is used twice.`, { param: `${path}[key]` });
    }
    for (const other of ['dropdown', 'numeric', 'text'] as const) {
      if (other !== type && field[other]) {
        throw invalidRequest(`\`${other}\` is only allowed when \`type\` is \`${other}\`.`, {
          param: `${path}[${other}]`,
        });
      }
    }
    const { maximum_length = null, minimum_length = null, default_value = null } = field[type as 'text'] ?? {};
    const lengths = { default_value, maximum_length, minimum_length, value: null };
    if (type !== 'dropdown') return { key, label, optional, type, [type]: lengths };
    if (!field.dropdown) {
      const param = `${path}[dropdown]`;
      throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
    }
    const { options } = field.dropdown;
    if (default_value !== null && !options.some(({ value }) => value === default_value)) {
      throw invalidRequest('`default_value` must be the `value` of one of the options.', {
        param: `${path}[dropdown][default_value]`,
      });
    }
    return { key, label, optional, type, dropdown: { default_value, options, value: null } };
  });
}
