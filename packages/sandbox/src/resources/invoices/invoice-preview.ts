import type { Invoice } from '../../billing/invoices/invoices.js';
import {
  previewChange,
  previewPausing,
  previewResuming,
  previewStart,
  undone,
} from '../../billing/invoices/preview.js';
import { previewNext } from '../../billing/invoices/preview-next.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { bool, hash, metadata, oneOf, type ParamsOf, required, str, time } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { previewOfSchedule, schedulePreviewShape } from '../schedules/subscription-schedule-preview.js';
import { subscriptionGiven } from '../subscriptions/subscription-create-params.js';
import { discounts } from '../subscriptions/subscription-params.js';
import { pauseGiven, pauseShape, resumeGiven } from '../subscriptions/subscription-pausing.js';
import { type ChangeParams, changeGiven, changeShape } from '../subscriptions/subscription-update-params.js';
import { automaticTax, automaticTaxOf } from './automatic-tax.js';
import { assume, assumptionShape } from './preview-assumptions.js';

const shape = {
  ...assumptionShape,
  ...schedulePreviewShape,
  automatic_tax: automaticTax,
  currency: str(3),
  discounts,
  issuer: hash({ type: required(oneOf('self')) }),
  preview_mode: oneOf('next', 'recurring'),
  subscription_details: hash({
    ...changeShape,
    cancel_now: bool(),
    metadata: metadata(),
    pause: hash(pauseShape),
    resume_at: oneOf('now'),
    start_date: time(),
  }),
};

type PreviewParams = ParamsOf<typeof shape>;

/** `POST /v1/invoices/create_preview`: of a change, of the next renewal, or of a subscription not started yet. */
export const invoicePreview: ResourceModule = {
  routes: [
    route('POST /v1/invoices/create_preview', shape, ({ tx, params }) => {
      const { customer, customer_details, invoice_items, subscription_details, subscription } = params;
      const assumes =
        customer_details || invoice_items || (subscription && subscription_details?.metadata !== undefined);
      if (!assumes) return preview(tx, params);
      return undone(tx, () => {
        const assumed = assume(tx, params);
        const alone = customer === undefined && subscription === undefined && params.schedule === undefined;
        const invoice = preview(tx, alone ? { ...params, customer: assumed } : params);
        // Nobody: the customer was only described.
        return alone ? { ...invoice, customer: null } : invoice;
      });
    }),
  ],
};

function preview(tx: Transaction, params: PreviewParams): Invoice {
  if (params.schedule !== undefined || params.schedule_details) return previewOfSchedule(tx, params);
  const details = params.subscription_details ?? {};
  if (params.subscription !== undefined) {
    const subscription = tx.require('subscription', params.subscription, 'subscription');
    if (details.pause && details.resume_at) {
      throw invalidRequest('You cannot preview a pause and a resumption at once.', {
        param: 'subscription_details[pause]',
      });
    }
    if (details.pause) return previewPausing(tx, subscription.id, pauseGiven(details.pause));
    if (details.resume_at) return previewResuming(tx, subscription.id, resumeGiven(details));
    const customer = tx.require('customer', subscription.customer, 'customer');
    const automatic_tax = automaticTaxOf(customer, params.automatic_tax);
    return previewChange(tx, subscription.id, () => ({
      ...changeGiven(tx, subscription, details),
      cancel_now: details.cancel_now ?? false,
      preview_mode: params.preview_mode ?? 'next',
      ...(automatic_tax && { automatic_tax }),
      ...(params.discounts && { discounts: params.discounts }),
    }));
  }
  const { customer } = params;
  if (customer === undefined) {
    throw invalidRequest('You must pass `customer`, `customer_details`, `subscription` or `schedule`.', {
      param: 'customer',
    });
  }
  const { items } = details;
  if (!items) return previewNext(tx, customer, params);
  return previewStart(tx, () =>
    subscriptionGiven(tx, {
      customer,
      items: items.map(newItem),
      ...(details.metadata !== undefined && { metadata: details.metadata }),
      ...(details.start_date !== undefined && { backdate_start_date: details.start_date }),
      ...(details.cancel_at && { cancel_at: details.cancel_at }),
      ...(details.cancel_at_period_end !== undefined && { cancel_at_period_end: details.cancel_at_period_end }),
      ...(params.automatic_tax && { automatic_tax: params.automatic_tax }),
      ...(params.currency && { currency: params.currency }),
      ...(params.discounts && { discounts: params.discounts }),
      ...(details.trial_end !== undefined && { trial_end: details.trial_end }),
      ...(details.proration_behavior && { proration_behavior: details.proration_behavior }),
    }),
  );
}

/** @throws 400 for what only items that exist can be given */
function newItem({ clear_usage, deleted, id, ...item }: NonNullable<ChangeParams['items']>[number], at: number) {
  if (clear_usage === undefined && deleted === undefined && id === undefined) return item;
  throw invalidRequest('There is no subscription whose items could change: pass `subscription`.', {
    param: `subscription_details[items][${at}][${id === undefined ? 'deleted' : 'id'}]`,
  });
}
