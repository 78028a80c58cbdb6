import { html } from 'hono/html';
import type Stripe from 'stripe';
import type { Entries, Problem } from './cards/card-entry.js';
import { countrySelect } from './countries.js';
import type { Html } from './document.js';
import { field } from './form-field.js';

export type PostalAddress = Stripe.Address;

/** @param prefix of the field names, such as `shipping_` */
export function readAddress(entries: Entries, prefix: string, problems: Problem[]): PostalAddress {
  const text = (name: string) => (entries[prefix + name] ?? '').trim();
  const needed = (name: string, message: string) => {
    if (!text(name)) problems.push({ field: prefix + name, message });
    return text(name) || null;
  };
  return {
    line1: needed('line1', 'Enter your address.'),
    line2: text('line2') || null,
    postal_code: text('postal_code') || null,
    city: needed('city', 'Enter your city.'),
    state: text('state') || null,
    country: /^[A-Z]{2}$/.test(text('country')) ? text('country') : 'US',
  };
}

export function addressFields(
  entries: Entries,
  problems: Problem[],
  { prefix = '', section, only }: { prefix?: string; section: 'billing' | 'shipping'; only?: readonly string[] },
): Html {
  const line = (name: string, label: string, autocomplete: string, required = true) =>
    field(prefix + name, label, entries, problems, { autocomplete: `${section} ${autocomplete}`, required });
  return html`${line('line1', 'Address', 'address-line1')}
${line('line2', 'Address line 2 (optional)', 'address-line2', false)}
<div class="pair">${line('postal_code', 'Postal code', 'postal-code', false)}${line('city', 'City', 'address-level2')}</div>
${line('state', 'State or region (optional)', 'address-level1', false)}
${countrySelect({ name: `${prefix}country`, chosen: entries[`${prefix}country`], autocomplete: `${section} country`, only })}`;
}
