import type { Invoice } from '../../billing/invoices/invoices.js';
import type { ManualInvoice } from '../../billing/invoices/manual-invoice.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
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
import { addressOf, shipping } from '../customers/address.js';
import { collectionMethod, discounts, ownMethod } from '../subscriptions/subscription-params.js';
import { automaticTax, automaticTaxOf } from './automatic-tax.js';

type Customer = StripeObjects['customer'];

const customField = hash({ name: required(str(40)), value: required(str(140)) });
const paymentSettings = hash({ payment_method_types: emptyable(list(oneOf('card'))) });
const rendering = hash({
  amount_tax_display: emptyable(oneOf('exclude_tax', 'include_inclusive_tax')),
  pdf: hash({ page_size: oneOf('a4', 'auto', 'letter') }),
});

/** What a draft may be given at its creation and later. */
export const draftShape = {
  auto_advance: bool(),
  automatic_tax: automaticTax,
  automatically_finalizes_at: time(),
  collection_method: collectionMethod,
  custom_fields: emptyable(list(customField, 4)),
  days_until_due: int(0),
  default_payment_method: str(),
  description: str(1500),
  discounts,
  due_date: time(),
  effective_at: emptyable(time()),
  footer: str(5000),
  issuer: hash({ type: required(oneOf('self')) }),
  metadata: metadata(),
  number: emptyable(str(26)),
  payment_settings: paymentSettings,
  rendering,
  shipping_details: emptyable(shipping),
  statement_descriptor: str(22),
};
export type DraftParams = ParamsOf<typeof draftShape>;

export const createShape = {
  ...draftShape,
  currency: str(3),
  customer: str(),
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
  subscription: str(),
};

/** The parameters with what they name looked up. @throws Stripe's 400 for what does not fit together */
export function manualInvoiceGiven(tx: Transaction, params: ParamsOf<typeof createShape>): ManualInvoice {
  if (params.customer === undefined) {
    throw invalidRequest('Missing required param: customer.', { code: 'parameter_missing', param: 'customer' });
  }
  const customer = tx.require('customer', params.customer, 'customer');
  const subscription = params.subscription && tx.require('subscription', params.subscription, 'subscription');
  if (subscription && subscription.customer !== customer.id) {
    throw invalidRequest(`The subscription ${subscription.id} does not belong to the customer ${customer.id}.`, {
      param: 'subscription',
    });
  }
  const collection_method =
    params.collection_method ?? (subscription ? subscription.collection_method : 'charge_automatically');
  const now = tx.now(customer.test_clock ?? null);
  const days = params.days_until_due ?? (subscription ? (subscription.days_until_due ?? undefined) : undefined);
  const due_date = dueDate({ ...params, ...(days !== undefined && { days_until_due: days }) }, collection_method, now);
  const finalizesAt = finalizationTime(params, now);
  return {
    customer,
    ...(subscription && { subscription }),
    ...(params.currency !== undefined && { currency: params.currency.toLowerCase() }),
    items: params.pending_invoice_items_behavior ?? (subscription ? 'include' : 'exclude'),
    discounts: params.discounts ?? [],
    auto_advance: params.auto_advance ?? finalizesAt !== undefined,
    ...(finalizesAt !== undefined && { automatically_finalizes_at: finalizesAt }),
    collection_method,
    members: { ...draftMembers(tx, customer, params), due_date },
  };
}

/** The members of an invoice that parameters set as they are; `before` is the draft that they change. */
export function draftMembers(
  tx: Transaction,
  customer: Customer,
  params: DraftParams,
  before?: Invoice,
): Partial<Invoice> {
  const members: Partial<Invoice> = { metadata: mergeMetadata(before?.metadata ?? {}, params.metadata) };
  for (const name of ['custom_fields', 'description', 'effective_at', 'footer', 'statement_descriptor'] as const) {
    if (params[name] !== undefined) Object.assign(members, { [name]: params[name] });
  }
  const method = ownMethod(tx, customer, params.default_payment_method);
  if (method !== undefined) members.default_payment_method = method;
  if (params.number !== undefined) members.number = uniqueNumber(tx, params.number, before?.id);
  const types = params.payment_settings?.payment_method_types;
  if (types !== undefined) {
    members.payment_settings = { default_mandate: null, payment_method_options: null, payment_method_types: types };
  }
  if (params.rendering) members.rendering = renderingOf(params.rendering, before?.rendering ?? null);
  const ship = params.shipping_details;
  if (ship !== undefined) {
    members.shipping_details = ship && { ...ship, address: addressOf(ship.address), phone: ship.phone ?? null };
  }
  const tax = automaticTaxOf(customer, params.automatic_tax);
  if (tax) {
    const { enabled } = tax;
    members.automatic_tax = { ...tax, provider: enabled ? 'stripe' : null, status: enabled ? 'complete' : null };
  }
  return members;
}

function renderingOf(
  { amount_tax_display, pdf }: NonNullable<DraftParams['rendering']>,
  before: Invoice['rendering'],
): Invoice['rendering'] {
  return {
    amount_tax_display: amount_tax_display === undefined ? (before?.amount_tax_display ?? null) : amount_tax_display,
    pdf: pdf ? { page_size: pdf.page_size ?? 'auto' } : (before?.pdf ?? null),
    template: null,
    template_version: null,
  };
}

/** @throws 400 for a number that another invoice has */
function uniqueNumber(tx: Transaction, number: string | null, own: string | undefined): string | null {
  const [taken] = number === null ? [] : tx.where('invoice', 'number', number).filter(({ id }) => id !== own);
  if (!taken) return number;
  throw invalidRequest(`The invoice number ${number} is already in use by ${taken.id}.`, { param: 'number' });
}

type DueParams = Pick<DraftParams, 'days_until_due' | 'due_date'>;

/** Stripe seconds; null for invoices that are charged. @throws 400 when the two do not fit the collection method */
export function dueDate(
  { days_until_due, due_date }: DueParams,
  method: Invoice['collection_method'],
  created: number,
): number | null {
  const given = days_until_due !== undefined || due_date !== undefined;
  if (method !== 'send_invoice') {
    if (!given) return null;
    throw invalidRequest(
      "You can only specify 'due_date' or 'days_until_due' if invoice collection method is 'send_invoice'.",
    );
  }
  if (!given) {
    throw invalidRequest(
      "If invoice collection method is 'send_invoice', you must specify 'due_date' or 'days_until_due'.",
    );
  }
  if (days_until_due !== undefined && due_date !== undefined) {
    throw invalidRequest('You may only specify one of these parameters: days_until_due, due_date.', {
      param: 'due_date',
    });
  }
  return due_date ?? created + (days_until_due ?? 0) * 86_400;
}

const FIVE_YEARS = 5 * 366 * 86_400;

/** @throws 400 for a time that has passed or is more than five years away */
export function finalizationTime({ automatically_finalizes_at: at }: DraftParams, now: number): number | undefined {
  if (at !== undefined && (at <= now || at > now + FIVE_YEARS)) {
    throw invalidRequest('`automatically_finalizes_at` must be in the future, at most five years away.', {
      param: 'automatically_finalizes_at',
    });
  }
  return at;
}
