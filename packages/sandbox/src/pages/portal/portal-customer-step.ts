import { html } from 'hono/html';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { updateCustomer } from '../../resources/customers/customers.js';
import { createTaxId, deleteTaxId, taxIdsOf } from '../../resources/customers/tax-ids.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import type { Html } from '../document.js';
import { field } from '../form-field.js';
import { addressFields, type PostalAddress, readAddress } from '../postal-address.js';
import { taxIdType } from '../tax-id-type.js';
import type { Visit } from './portal-access.js';
import { frameOf } from './portal-step-views.js';
import { problemBanner, step } from './portal-steps.js';

type Allowed = StripeObjects['billing_portal.configuration']['features']['customer_update']['allowed_updates'];

/** Billing details, as far as the configuration lets them be changed. */
export function customerPage(tx: Transaction, visit: Visit, _id: string, entries: Entries, problems: Problem[]): Html {
  const customer = tx.require('customer', visit.session.customer);
  const { allowed_updates: allowed } = visit.configuration.features.customer_update;
  const known: Entries = {
    name: customer.name ?? '',
    email: customer.email ?? '',
    phone: customer.phone ?? '',
    tax_id: taxIdsOf(tx, customer.id)[0]?.value ?? '',
    shipping_name: customer.shipping?.name ?? '',
    ...typed(customer.address, ''),
    ...typed(customer.shipping?.address, 'shipping_'),
    ...entries,
  };
  const view = frameOf(visit);
  const ask = (name: string, label: string, autocomplete: string, type = 'text') =>
    field(name, label, known, problems, { autocomplete, type, required: false });
  return step(
    view,
    'Billing details',
    html`<form class="stack" method="post" action="${visit.base}/customer" data-busy="Saving…" novalidate>
${allowed.includes('name') && ask('name', 'Name', 'name')}
${allowed.includes('email') && ask('email', 'Email', 'email', 'email')}
${allowed.includes('phone') && ask('phone', 'Phone', 'tel', 'tel')}
${allowed.includes('address') && addressFields(known, problems, { section: 'billing' })}
${allowed.includes('shipping') && html`<h2>Delivery</h2>${ask('shipping_name', 'Name for the delivery', 'shipping name')}${addressFields(known, problems, { prefix: 'shipping_', section: 'shipping' })}`}
${allowed.includes('tax_id') && ask('tax_id', 'Tax ID', 'off')}
${problemBanner(problems.filter((problem) => problem.field === undefined))}
<div class="actions"><button class="button primary" type="submit">Save</button>
${view.back && html`<a class="button" href="${view.back}">Back</a>`}</div></form>`,
  );
}

/** Saves what may be changed; the problems with it otherwise. */
export function saveCustomer(tx: Transaction, visit: Visit, entries: Entries): Problem[] {
  const { allowed_updates: allowed } = visit.configuration.features.customer_update;
  const problems: Problem[] = [];
  const { name = '', email = '', phone = '' } = entries;
  if (allowed.includes('email') && !/^[^\s@]+@[^\s@]+$/.test(email.trim())) {
    problems.push({ field: 'email', message: 'Enter a valid email address.' });
  }
  const address = wantsAddress(entries, allowed, 'address', '') ? readAddress(entries, '', problems) : undefined;
  const delivery = wantsAddress(entries, allowed, 'shipping', 'shipping_')
    ? readAddress(entries, 'shipping_', problems)
    : undefined;
  if (problems.length > 0) return problems;
  updateCustomer(tx, visit.session.customer, {
    ...(allowed.includes('name') && { name: name.trim() || null }),
    ...(allowed.includes('email') && { email: email.trim() }),
    ...(allowed.includes('phone') && { phone: phone.trim() || null }),
    ...(address && { address }),
    ...(delivery && { shipping: { name: (entries.shipping_name ?? '').trim() || name.trim(), address: delivery } }),
  });
  if (allowed.includes('tax_id')) saveTaxId(tx, visit.session.customer, entries.tax_id ?? '');
  return [];
}

/** Nobody has to have an address: only one that was begun must be whole. */
function wantsAddress(entries: Entries, allowed: Allowed, update: string, prefix: string): boolean {
  return allowed.includes(update) && ['line1', 'city', 'postal_code'].some((name) => entries[prefix + name]?.trim());
}

function saveTaxId(tx: Transaction, customer: string, given: string): void {
  const value = given.trim();
  const [known] = taxIdsOf(tx, customer);
  if (value === (known?.value ?? '')) return;
  if (known) deleteTaxId(tx, known);
  const country = tx.require('customer', customer).address?.country ?? 'US';
  if (value) createTaxId(tx, customer, { type: taxIdType(country), value });
}

function typed(address: PostalAddress | null | undefined, prefix: string): Entries {
  const given = Object.entries(address ?? {}).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
  return Object.fromEntries(given.map(([name, value]) => [prefix + name, value]));
}
