import type { Subscription } from '../../billing/subscriptions/subscription-store.js';
import { invalidRequest } from '../../engine/errors.js';
import { emptyable, hash, int, list, oneOf, type ParamsOf, required, str } from '../../http/params.js';
import { interval } from '../catalogue/new-price.js';

/** What invoices of the subscription show; the issuer is the account itself, as there are no others. */
export const invoiceSettingsShape = {
  custom_fields: emptyable(list(hash({ name: required(str(40)), value: required(str(140)) }), 4)),
  description: emptyable(str(1500)),
  footer: emptyable(str()),
  issuer: hash({ type: required(oneOf('self')) }),
};
export const invoiceSettings = hash(invoiceSettingsShape);

type Settings = Subscription['invoice_settings'];

export function invoiceSettingsOf(
  given: ParamsOf<{ settings: typeof invoiceSettings }>['settings'],
  before: Settings,
): Settings {
  const {
    custom_fields = before.custom_fields,
    description = before.description,
    footer = before.footer,
  } = given ?? {};
  return { ...before, custom_fields, description, footer };
}

export const pendingInvoiceItemInterval = emptyable(hash({ interval: required(interval), interval_count: int(1) }));

const MOST = { day: 365, week: 52, month: 12, year: 1 };

/** @throws 400 for more than a year */
export function pendingIntervalOf(
  given: ParamsOf<{ every: typeof pendingInvoiceItemInterval }>['every'],
): Subscription['pending_invoice_item_interval'] {
  if (!given) return null;
  const interval_count = given.interval_count ?? 1;
  if (interval_count <= MOST[given.interval]) return { interval: given.interval, interval_count };
  throw invalidRequest('The maximum interval for pending invoice items is one year.', {
    param: 'pending_invoice_item_interval[interval_count]',
  });
}
