import { moveBalance } from '../../billing/invoices/customer-balance.js';
import { attachPaymentMethod, detachPaymentMethod, usePaymentMethod } from '../../billing/payments/payment-methods.js';
import { cancelUnstarted } from '../../billing/schedules/schedule-end.js';
import { cancelNow } from '../../billing/subscriptions/subscription-cancel.js';
import { ENDED } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import { randomText } from '../../engine/ids.js';
import type { Kind } from '../../engine/kinds.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { emptyable, hash, int, list, metadata, oneOf, type ParamsOf, range, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';
import { address, addressOf, shipping } from './address.js';
import { createTaxId, taxIdParams, taxIdsOf } from './tax-ids.js';

type Customer = StripeObjects['customer'];

const kind: Kind<'customer'> = {
  object: 'customer',
  prefix: 'cus',
  answersDeleted: true,
  indexes: { email: (customer) => customer.email, test_clock: (customer) => customer.test_clock },
  onlyExpanded: {
    sources: (_, { id }) => ({ object: 'list', data: [], has_more: false, url: `/v1/customers/${id}/sources` }),
    subscriptions: (tx, { id }) => ({
      object: 'list',
      data: tx.where('subscription', 'customer', id).filter(({ status }) => !ENDED.includes(status)),
      has_more: false,
      url: `/v1/customers/${id}/subscriptions`,
    }),
    tax_ids: (tx, { id }) => ({
      object: 'list',
      data: taxIdsOf(tx, id),
      has_more: false,
      url: `/v1/customers/${id}/tax_ids`,
    }),
  },
};

const customField = hash({ name: required(str(40)), value: required(str(140)) });
const updatable = {
  address: emptyable(address),
  balance: int(),
  business_name: emptyable(str(150)),
  description: emptyable(str()),
  email: emptyable(str(512)),
  individual_name: emptyable(str(150)),
  invoice_prefix: str(12),
  invoice_settings: hash({
    custom_fields: emptyable(list(customField, 4)),
    default_payment_method: emptyable(str()),
    footer: emptyable(str()),
  }),
  metadata: metadata(),
  name: emptyable(str(256)),
  next_invoice_sequence: int(1),
  phone: emptyable(str(20)),
  preferred_locales: list(str()),
  shipping: emptyable(shipping),
  tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
};
type Given = ParamsOf<typeof updatable>;
const creatable = { ...updatable, payment_method: str(), tax_id_data: list(hash(taxIdParams), 5), test_clock: str() };

const PLAIN = [
  'balance',
  'business_name',
  'description',
  'email',
  'individual_name',
  'invoice_prefix',
  'name',
  'next_invoice_sequence',
  'phone',
  'preferred_locales',
] as const;

/** Not established: all that Stripe's own check refuses. */
function requireEmail(email: string | null | undefined): void {
  if (email == null || /^[^\s@]+@[^\s@]+$/.test(email)) return;
  throw invalidRequest(`Invalid email address: ${email}`, { code: 'email_invalid', param: 'email' });
}

function changed(tx: Transaction, before: Customer, given: Given): Partial<Customer> {
  requireEmail(given.email);
  const members: Record<string, unknown> = {};
  for (const name of PLAIN) if (given[name] !== undefined) members[name] = given[name];
  if (given.address !== undefined) members.address = given.address && addressOf(given.address);
  if (given.shipping !== undefined) {
    members.shipping = given.shipping && {
      address: addressOf(given.shipping.address),
      name: given.shipping.name,
      phone: given.shipping.phone ?? null,
    };
  }
  if (given.tax_exempt !== undefined) members.tax_exempt = given.tax_exempt ?? 'none';
  if (given.metadata !== undefined) members.metadata = mergeMetadata(before.metadata, given.metadata);
  if (given.invoice_settings) {
    const method = given.invoice_settings.default_payment_method;
    if (method) requireOwnMethod(tx, before.id, method);
    members.invoice_settings = { ...before.invoice_settings, ...given.invoice_settings };
  }
  return members;
}

function requireOwnMethod(tx: Transaction, customer: string, id: string): void {
  const param = 'invoice_settings[default_payment_method]';
  if (tx.require('payment_method', id, param).customer !== customer) {
    throw invalidRequest(
      'The customer does not have a payment method with the ID ' +
        `${id}. The payment method must be attached to the customer.`,
      { param, code: 'resource_missing' },
    );
  }
}

function blank(id: string, created: number): Customer {
  return {
    id,
    object: 'customer',
    address: null,
    balance: 0,
    created,
    currency: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  };
}

/** As `POST /v1/customers` does it, with its events. */
export function createCustomer(tx: Transaction, params: ParamsOf<typeof creatable>): Customer {
  const { payment_method, tax_id_data, test_clock, invoice_settings, ...given } = params;
  if (test_clock) tx.require('test_helpers.test_clock', test_clock, 'test_clock');
  const plain = blank(tx.newId('customer'), tx.now(test_clock));
  const customer = { ...plain, test_clock: test_clock ?? null };
  tx.put('customer', { ...customer, ...changed(tx, customer, given) });
  const method = payment_method && attachPaymentMethod(tx, usePaymentMethod(tx, payment_method), customer.id);
  if (invoice_settings) {
    // A test name such as pm_card_visa, given twice, means the one method that was attached.
    const twice = method && invoice_settings.default_payment_method === payment_method;
    const settings = twice ? { ...invoice_settings, default_payment_method: method.id } : invoice_settings;
    tx.patch('customer', customer.id, changed(tx, customer, { invoice_settings: settings }));
  }
  for (const data of tax_id_data ?? []) createTaxId(tx, customer.id, data);
  const created = tx.require('customer', customer.id);
  tx.emit('customer.created', created);
  return created;
}

/** As `POST /v1/customers/:id` does it. */
export function updateCustomer(tx: Transaction, id: string, params: Given): Customer {
  const before = tx.require('customer', id);
  const { balance = before.balance, ...given } = params;
  const move = { amount: balance - before.balance, currency: before.currency ?? 'usd', type: 'adjustment' as const };
  moveBalance(tx, id, move);
  const customer = tx.patch('customer', id, changed(tx, before, given));
  tx.emit('customer.updated', customer);
  return customer;
}

/**
 * For good; its subscriptions, running or planned, are canceled at once, without a credit or a last invoice, and its
 * payment methods are nobody's any more.
 */
export function deleteCustomer(tx: Transaction, id: string) {
  const customer = tx.require('customer', id);
  for (const { id: subscription, status } of tx.where('subscription', 'customer', id)) {
    if (ENDED.includes(status)) continue;
    cancelNow(tx, subscription, { reason: 'cancellation_requested', prorate: false, invoice_now: false });
  }
  for (const { id: schedule, status } of tx.where('subscription_schedule', 'customer', id)) {
    if (status === 'not_started') cancelUnstarted(tx, schedule);
  }
  tx.emit('customer.deleted', tx.require('customer', customer.id));
  const deleted = tx.bury('customer', customer.id);
  for (const method of tx.where('payment_method', 'customer', id)) detachPaymentMethod(tx, method);
  return deleted;
}

export const customers: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/customers', creatable, ({ tx, params }) => createCustomer(tx, params)),
    retrieveRoute('GET /v1/customers/:id', 'customer'),
    route('POST /v1/customers/:id', updatable, ({ tx, params, ids }) => updateCustomer(tx, ids.id as string, params)),
    route('DELETE /v1/customers/:id', {}, ({ tx, ids }) => deleteCustomer(tx, ids.id as string)),
    listRoute(
      'GET /v1/customers',
      'customer',
      { created: range(), email: str(512), test_clock: str() },
      {
        // Those of test clocks are only shown to who asks for their clock.
        match: (customer, { email, test_clock }) =>
          (email === undefined || customer.email === email) && (customer.test_clock ?? null) === (test_clock ?? null),
      },
    ),
  ],
};
