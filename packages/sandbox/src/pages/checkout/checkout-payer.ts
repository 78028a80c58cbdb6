import type { CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { planOf } from '../../billing/checkout/checkout-plan.js';
import type { PaymentMethod } from '../../billing/payments/payment-methods.js';
import type { Transaction } from '../../engine/transaction.js';
import { type CardEntry, type Entries, type Problem, readCard } from '../cards/card-entry.js';
import { type PostalAddress, readAddress } from '../postal-address.js';
import { offeredCards } from './checkout-saved-cards.js';

/** Who pays, and what else the page asked for. */
export interface Payer {
  email: string;
  /** Empty where no card was asked for. */
  name: string;
  address: PostalAddress | null;
  shipping: { name: string; address: PostalAddress } | null;
  phone: string | null;
  business_name: string | null;
  individual_name: string | null;
  tax_id: string | null;
  /** By the key of the field. */
  custom: Record<string, string>;
  promotions: boolean;
  /** The buyer wants the card to be offered again. */
  save: boolean;
}

export interface Payment {
  payer: Payer;
  card: CardEntry | null;
  saved: PaymentMethod | null;
}

/** Nothing is due, and nothing has to be kept for later. */
export function needsNoCard({ amount_total, payment_method_collection }: CheckoutSession): boolean {
  return amount_total === 0 && payment_method_collection === 'if_required';
}

/** The posted form, or what is wrong with it in the order of its fields. */
export function readPayment(
  tx: Transaction,
  session: CheckoutSession,
  entries: Entries,
): Payment | { problems: Problem[] } {
  const problems: Problem[] = [];
  const text = (field: string) => (entries[field] ?? '').trim();
  const want = (field: string, asked: boolean | undefined, required: boolean, message: string) => {
    if (!asked) return null;
    if (!text(field) && required) problems.push({ field, message });
    return text(field) || null;
  };
  const customer = session.customer ? tx.get('customer', session.customer as string) : undefined;
  const email = (customer?.email ?? session.customer_email ?? text('email')).trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) problems.push({ field: 'email', message: 'Enter a valid email address.' });
  const phone = want('phone', session.phone_number_collection?.enabled, true, 'Enter your phone number.');
  if (phone && !/^\+?[\d\s().-]{5,20}$/.test(phone)) {
    problems.push({ field: 'phone', message: 'Your phone number is invalid.' });
  }
  const { individual, business } = session.name_collection ?? {};
  const individual_name = want('individual_name', individual?.enabled, !individual?.optional, 'Enter your full name.');
  const taxable = session.tax_id_collection?.enabled;
  const taxRequired = session.tax_id_collection?.required === 'if_supported';
  const business_name = want(
    'business_name',
    business?.enabled || taxable,
    business?.enabled ? !business.optional : taxRequired,
    'Enter the name of your business.',
  );
  const tax_id = want('tax_id', taxable, taxRequired, 'Enter your tax ID.');
  const shipping = session.shipping_address_collection ? readShipping(entries, problems) : null;
  const custom = readCustomFields(session, text, problems);
  const paid = needsNoCard(session)
    ? { card: null, saved: null, name: '' }
    : readCardChoice(tx, session, entries, problems);
  const full = session.billing_address_collection === 'required';
  const address = paid.saved
    ? paid.saved.billing_details.address
    : full
      ? readAddress(entries, '', problems)
      : countryOnly(paid.card?.country);
  if (session.consent_collection?.terms_of_service === 'required' && entries.terms !== 'yes') {
    problems.push({ field: 'terms', message: 'Accept the terms of service to go on.' });
  }
  if (problems.length > 0) return { problems };
  const { card, saved, name } = paid;
  const choices = { promotions: entries.promotions === 'yes', save: entries.save === 'yes' };
  const names = { business_name, individual_name, tax_id, custom };
  return { payer: { email, name, address, shipping, phone, ...names, ...choices }, card, saved };
}

function readCardChoice(tx: Transaction, session: CheckoutSession, entries: Entries, problems: Problem[]) {
  const saved = offeredCards(tx, session).find(({ id }) => id === entries.payment_method);
  if (saved) return { card: null, saved, name: saved.billing_details.name ?? '' };
  const read = readCard(entries, tx.now());
  if ('problems' in read) {
    problems.push(...read.problems);
    return { card: null, saved: null, name: '' };
  }
  const blocked = planOf(tx, session.id).brands_blocked;
  if (blocked.some((brand) => BRANDS[brand]?.test(read.card.number))) {
    problems.push({ field: 'number', message: 'This card brand is not accepted. Use another card.' });
  }
  return { card: read.card, saved: null, name: read.card.name };
}

const BRANDS: Record<string, RegExp> = {
  american_express: /^3[47]/,
  discover_global_network: /^(6011|65|64[4-9]|30|36|38|35|62)/,
  mastercard: /^(5[1-5]|2[2-7])/,
  visa: /^4/,
};

function readShipping(entries: Entries, problems: Problem[]): Payer['shipping'] {
  const name = (entries.shipping_name ?? '').trim();
  if (!name) problems.push({ field: 'shipping_name', message: 'Enter the name for the delivery.' });
  return { name, address: readAddress(entries, 'shipping_', problems) };
}

function countryOnly(country: string | undefined): PostalAddress | null {
  return country ? { city: null, country, line1: null, line2: null, postal_code: null, state: null } : null;
}

function readCustomFields(
  { custom_fields }: CheckoutSession,
  text: (field: string) => string,
  problems: Problem[],
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const { key, label, optional, type, text: words, numeric, dropdown } of custom_fields) {
    const field = `custom_${key}`;
    const value = text(field);
    const { minimum_length, maximum_length } = words ?? numeric ?? { minimum_length: null, maximum_length: null };
    const problem = (message: string) => problems.push({ field, message });
    if (!value) {
      if (!optional) problem(`${label.custom}: this field is required.`);
      continue;
    }
    if (type === 'numeric' && !/^\d+$/.test(value)) problem('Enter digits only.');
    else if (minimum_length !== null && value.length < minimum_length)
      problem(`Enter at least ${minimum_length} characters.`);
    else if (value.length > (maximum_length ?? 255)) problem(`Enter at most ${maximum_length ?? 255} characters.`);
    else if (dropdown && !dropdown.options.some((option) => option.value === value))
      problem('Choose one of the options.');
    values[key] = value;
  }
  return values;
}
