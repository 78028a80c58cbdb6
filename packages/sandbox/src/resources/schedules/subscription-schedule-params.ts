import { DEFAULT_SETTINGS } from '../../billing/schedules/blank-schedule.js';
import type { Schedule } from '../../billing/schedules/schedule-store.js';
import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import {
  bool,
  either,
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
import { interval } from '../catalogue/new-price.js';
import { oneTimePriceData, recurringPriceData } from '../catalogue/price-data.js';
import { automaticTax, automaticTaxOf } from '../invoices/automatic-tax.js';
import {
  collectionMethod,
  discounts,
  flexibleMode,
  ownMethod,
  prorationBehavior,
} from '../subscriptions/subscription-params.js';
import { invoiceSettingsShape } from '../subscriptions/subscription-settings.js';

type Customer = StripeObjects['customer'];

const moment = either(oneOf('now'), time());
const scheduleInvoiceSettings = hash({ ...invoiceSettingsShape, days_until_due: int(0) });
const billingCycleAnchor = oneOf('automatic', 'phase_start');
/** `none` and `renew` are of older versions of the API and refused. */
export const endBehavior = oneOf('cancel', 'release');
export const scheduleBillingMode = hash({ flexible: flexibleMode, type: required(oneOf('classic', 'flexible')) });

export const defaultSettings = hash({
  automatic_tax: automaticTax,
  billing_cycle_anchor: billingCycleAnchor,
  collection_method: collectionMethod,
  default_payment_method: str(),
  description: emptyable(str(500)),
  invoice_settings: scheduleInvoiceSettings,
});

const extra = hash({
  discountable: bool(),
  discounts: list(hash({ coupon: str(), discount: str(), promotion_code: str() }), 20),
  metadata: metadata(),
  period: hash({
    end: required(hash({ timestamp: time(), type: required(oneOf('min_item_period_end', 'phase_end', 'timestamp')) })),
    start: required(
      hash({ timestamp: time(), type: required(oneOf('max_item_period_start', 'phase_start', 'timestamp')) }),
    ),
  }),
  price: str(),
  price_data: oneTimePriceData,
  quantity: int(0),
});

const phaseShape = {
  add_invoice_items: list(extra, 20),
  automatic_tax: automaticTax,
  billing_cycle_anchor: billingCycleAnchor,
  collection_method: collectionMethod,
  currency: str(3),
  default_payment_method: str(),
  description: emptyable(str(500)),
  discounts,
  duration: hash({ interval: required(interval), interval_count: int(1) }),
  end_date: time(),
  invoice_settings: scheduleInvoiceSettings,
  items: required(
    list(
      hash({
        discounts,
        metadata: metadata(),
        plan: str(),
        price: str(),
        price_data: recurringPriceData,
        quantity: int(0),
      }),
      20,
    ),
  ),
  metadata: metadata(),
  proration_behavior: prorationBehavior,
  trial: bool(),
  trial_end: time(),
};
/** Of a schedule that exists, and of a preview. */
const changedPhaseShape = { ...phaseShape, end_date: moment, start_date: moment, trial_end: moment };

export const newPhases = list(hash(phaseShape));
export const changedPhases = list(hash(changedPhaseShape));
export type PhaseParams = ParamsOf<typeof changedPhaseShape>;
export type InvoiceSettingsParams = ParamsOf<{ settings: typeof scheduleInvoiceSettings }>['settings'];

export const scheduleStart = moment;

/** The default settings after a request. @throws 400 for another customer's payment method or an unknown location */
export function defaultSettingsOf(
  tx: Transaction,
  customer: Customer,
  given: ParamsOf<{ settings: typeof defaultSettings }>['settings'],
  before: Schedule['default_settings'] = DEFAULT_SETTINGS,
): Schedule['default_settings'] {
  if (!given) return before;
  const automatic_tax = automaticTaxOf(customer, given.automatic_tax);
  const method = ownMethod(tx, customer, given.default_payment_method);
  const settings = {
    ...before,
    ...(automatic_tax && { automatic_tax }),
    ...(given.billing_cycle_anchor && { billing_cycle_anchor: given.billing_cycle_anchor }),
    ...(given.collection_method && { collection_method: given.collection_method }),
    ...(method !== undefined && { default_payment_method: method }),
    ...(given.description !== undefined && { description: given.description }),
    invoice_settings: invoiceSettingsAfter(given.invoice_settings, before.invoice_settings),
  };
  requireDue(settings.collection_method, settings.invoice_settings.days_until_due, 'default_settings');
  return settings;
}

type Shown = Schedule['default_settings']['invoice_settings'];

export function invoiceSettingsAfter(given: InvoiceSettingsParams, before: Shown): Shown {
  const {
    custom_fields = before.custom_fields,
    days_until_due = before.days_until_due,
    description = before.description,
    footer = before.footer,
  } = given ?? {};
  return { ...before, custom_fields, days_until_due, description, footer };
}

/** @throws 400 for invoices that are sent and never due */
export function requireDue(method: string | null, days: number | null, path: string): void {
  if (method !== 'send_invoice' || days !== null) return;
  throw invalidRequest(
    `You must pass \`${path}[invoice_settings][days_until_due]\` when \`collection_method\` is \`send_invoice\`.`,
    { param: `${path}[invoice_settings][days_until_due]` },
  );
}
