import { html } from 'hono/html';
import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import type { Html } from '../document.js';
import { checkField, choiceField, field } from '../form-field.js';
import { addressFields } from '../postal-address.js';

/** Who buys: phone, names, tax number, and where it is delivered. */
export function contactQuestions(session: CheckoutSession, entries: Entries, problems: Problem[]): Html {
  const { individual, business } = session.name_collection ?? {};
  const taxes = session.tax_id_collection;
  const optional = (yes: boolean | undefined) => (yes ? ' (optional)' : '');
  const taxOptional = taxes?.required !== 'if_supported';
  const asksBusiness = business?.enabled || taxes?.enabled;
  const businessOptional = business?.enabled ? business.optional : taxOptional;
  const ask = (name: string, label: string, autocomplete: string, required: boolean, type = 'text') =>
    field(name, label, entries, problems, { autocomplete, required, type });
  return html`${session.phone_number_collection?.enabled && ask('phone', 'Phone', 'tel', true, 'tel')}
${individual?.enabled && ask('individual_name', `Full name${optional(individual.optional)}`, 'name', !individual.optional)}
${asksBusiness && ask('business_name', `Business name${optional(businessOptional)}`, 'organization', !businessOptional)}
${taxes?.enabled && ask('tax_id', `Tax ID${optional(taxOptional)}`, 'off', !taxOptional)}
${session.shipping_address_collection && deliveryQuestions(session, entries, problems)}`;
}

function deliveryQuestions(session: CheckoutSession, entries: Entries, problems: Problem[]): Html {
  const message = session.custom_text.shipping_address?.message;
  const only = session.shipping_address_collection?.allowed_countries ?? [];
  return html`<h2>Delivery</h2>
${field('shipping_name', 'Name for the delivery', entries, problems, { autocomplete: 'shipping name' })}
${addressFields(entries, problems, { prefix: 'shipping_', section: 'shipping', only })}
${message && html`<p class="soft small">${message}</p>`}`;
}

export function addressQuestions(entries: Entries, problems: Problem[]): Html {
  return html`<h2>Billing address</h2>${addressFields(entries, problems, { section: 'billing' })}`;
}

/** The merchant's own fields, and what the buyer agrees to. */
export function closingQuestions(session: CheckoutSession, entries: Entries, problems: Problem[]): Html {
  const { consent_collection: consent, saved_payment_method_options: saved } = session;
  const terms =
    session.custom_text.terms_of_service_acceptance?.message ?? `I agree to the terms of service of ${MERCHANT_NAME}.`;
  const offers = `Send me offers and news from ${MERCHANT_NAME}.`;
  return html`${session.custom_fields.length > 0 && html`<div class="group">${session.custom_fields.map((each) => customField(each, entries, problems))}</div>`}
${saved?.payment_method_save === 'enabled' && checkField('save', 'Save this card for next time.', entries)}
${consent?.promotions === 'auto' && checkField('promotions', offers, entries)}
${consent?.terms_of_service === 'required' && checkField('terms', terms, entries, problems)}`;
}

function customField(each: CheckoutSession['custom_fields'][number], entries: Entries, problems: Problem[]): Html {
  const { key, label, optional, type, dropdown } = each;
  const text = `${label.custom}${optional ? ' (optional)' : ''}`;
  const name = `custom_${key}`;
  if (dropdown) {
    const value = dropdown.default_value ?? '';
    return choiceField(name, text, entries, problems, { options: dropdown.options, value, required: !optional });
  }
  const value = (each.text ?? each.numeric)?.default_value ?? '';
  return field(name, text, entries, problems, {
    required: !optional,
    inputmode: type === 'numeric' ? 'numeric' : 'text',
    value,
  });
}
