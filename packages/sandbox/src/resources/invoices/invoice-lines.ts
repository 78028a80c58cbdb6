import { redeemAll } from '../../billing/discounts/redeem.js';
import {
  addToDraft,
  changeLine,
  invoiceItemOf,
  refreshOnDraft,
  removeFromDraft,
  removeLine,
  requireDraft,
  requireLine,
} from '../../billing/invoices/draft-lines.js';
import type { InvoiceLine } from '../../billing/invoices/invoice-lines.js';
import type { Invoice } from '../../billing/invoices/invoices.js';
import { itemCharge } from '../../billing/invoices/item-charge.js';
import { itemPricing } from '../../billing/invoices/pending-items.js';
import { invalidRequest } from '../../engine/errors.js';
import type { Transaction } from '../../engine/transaction.js';
import { hash, list, metadata, oneOf, required, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { mergeMetadata, PAGE, page } from '../../http/standard-routes.js';
import { chargeGiven, type LineParams, lineShape, periodOf, within } from './invoice-item-params.js';
import { changeInvoiceItem, newInvoiceItem } from './invoice-items.js';

const kind = { object: 'line_item', prefix: 'il', noun: 'invoice line item' } as const;

/** Adds a new line, or a pending invoice item as one. */
function addLine(tx: Transaction, draft: Invoice, params: LineParams & { invoice_item?: string }, path: string): void {
  const { invoice_item, price_data, ...given } = params;
  const customer = draft.customer as string;
  if (invoice_item === undefined) {
    const charge = chargeGiven(tx, { ...params, currency: draft.currency }, path);
    const { quantity, quantity_decimal, amount, pricing, ...rest } = given;
    addToDraft(tx, newInvoiceItem(tx, { ...rest, customer }, path, charge), draft.id);
    return;
  }
  const item = tx.require('invoiceitem', invoice_item, `${path}[invoice_item]`);
  if (item.invoice !== null) {
    throw invalidRequest(`The invoice item ${item.id} is already assigned to the invoice ${item.invoice}.`, {
      param: `${path}[invoice_item]`,
    });
  }
  addToDraft(tx, changeInvoiceItem(tx, item, given, path, chargeGiven(tx, params, path)), draft.id);
}

/** Changes a line and the invoice item behind it; the line of a subscription's own item changes by itself. */
function updateLine(tx: Transaction, id: string, lineId: string, params: LineParams, path: string): void {
  const draft = tx.require('invoice', id);
  const line = requireLine(draft, lineId, path === '' ? undefined : `${path}[id]`);
  const given = chargeGiven(tx, params, path);
  const item = tx.get('invoiceitem', invoiceItemOf(line) ?? '');
  if (item) refreshOnDraft(tx, changeInvoiceItem(tx, item, params, path, given), draft);
  else changeLine(tx, draft, lineId, changedLine(tx, draft, line, params, given, path));
}

function changedLine(
  tx: Transaction,
  draft: Invoice,
  line: InvoiceLine,
  params: LineParams,
  given: ReturnType<typeof chargeGiven>,
  path: string,
): Partial<InvoiceLine> {
  const price = tx.get('price', line.pricing?.price_details?.price ?? '');
  const before = {
    currency: line.currency,
    amount: line.amount,
    ...(price && { price }),
    quantity: line.quantity_decimal ?? '1',
    unit_amount_decimal: line.pricing?.unit_amount_decimal ?? null,
  };
  const charge = itemCharge(given, before, within(path));
  const on = { customer: draft.customer as string, invoiceItem: line.id };
  const { metadata: added } = params;
  return {
    ...(charge && {
      amount: charge.amount,
      subtotal: charge.amount,
      pricing: itemPricing(charge),
      quantity: Math.trunc(Number(charge.quantity)),
      quantity_decimal: charge.quantity,
    }),
    ...(params.description !== undefined && { description: params.description }),
    ...(params.discountable !== undefined && { discountable: params.discountable }),
    ...(params.discounts !== undefined && {
      discounts: redeemAll(tx, params.discounts ?? [], on, within(path)('discounts')),
    }),
    // Set as given, unlike that of an invoice item: https://docs.stripe.com/api/invoice-line-item/update
    ...(added !== undefined && { metadata: mergeMetadata({}, added) }),
    ...(params.period && { period: periodOf(params.period, path) }),
  };
}

function takeLine(tx: Transaction, id: string, lineId: string, behavior: string, path: string): void {
  const draft = tx.require('invoice', id);
  const line = requireLine(draft, lineId, `${path}[id]`);
  const item = tx.get('invoiceitem', invoiceItemOf(line) ?? '');
  if (!item) {
    if (behavior === 'unassign') {
      throw invalidRequest(`The line ${lineId} is of no invoice item: it can only be deleted.`, {
        param: `${path}[behavior]`,
      });
    }
    removeLine(tx, draft, lineId);
    return;
  }
  removeFromDraft(tx, item.id, draft);
  if (behavior === 'unassign') {
    tx.patch('invoiceitem', item.id, { invoice: null });
    return;
  }
  tx.emit('invoiceitem.deleted', item);
  tx.bury('invoiceitem', item.id);
}

/** One change of a draft's lines, with one event. */
function changeLines<L>(
  tx: Transaction,
  id: string,
  { lines, invoice_metadata }: { lines: L[]; invoice_metadata?: Record<string, string> | null },
  change: (line: L, path: string) => void,
): Invoice {
  const draft = requireDraft(tx, id);
  lines.forEach((line, at) => {
    change(line, `lines[${at}]`);
  });
  const changed = tx.patch('invoice', id, { metadata: mergeMetadata(draft.metadata ?? {}, invoice_metadata) });
  tx.emit('invoice.updated', changed);
  return changed;
}

/** The lines of invoices: they change as long as their invoice is a draft. */
export const invoiceLines: ResourceModule = {
  kinds: [kind],
  routes: [
    route('GET /v1/invoices/:id/lines', PAGE, ({ tx, ids, params, path }) =>
      page(tx.require('invoice', ids.id as string).lines.data, params, path, kind.noun),
    ),
    route(
      'POST /v1/invoices/:id/add_lines',
      { invoice_metadata: metadata(), lines: required(list(hash({ ...lineShape, invoice_item: str() }), 250)) },
      ({ tx, ids, params }) => {
        const draft = requireDraft(tx, ids.id as string);
        return changeLines(tx, draft.id, params, (line, path) => addLine(tx, draft, line, path));
      },
    ),
    route(
      'POST /v1/invoices/:id/update_lines',
      { invoice_metadata: metadata(), lines: required(list(hash({ ...lineShape, id: required(str()) }), 250)) },
      ({ tx, ids, params }) =>
        changeLines(tx, ids.id as string, params, ({ id, ...line }, path) =>
          updateLine(tx, ids.id as string, id, line, path),
        ),
    ),
    route(
      'POST /v1/invoices/:id/remove_lines',
      {
        invoice_metadata: metadata(),
        lines: required(list(hash({ behavior: required(oneOf('delete', 'unassign')), id: required(str()) }), 250)),
      },
      ({ tx, ids, params }) =>
        changeLines(tx, ids.id as string, params, ({ behavior, id }, path) =>
          takeLine(tx, ids.id as string, id, behavior, path),
        ),
    ),
    route('POST /v1/invoices/:id/lines/:line', lineShape, ({ tx, ids, params }) => {
      const draft = requireDraft(tx, ids.id as string);
      updateLine(tx, draft.id, ids.line as string, params, '');
      const changed = tx.require('invoice', draft.id);
      tx.emit('invoice.updated', changed);
      return requireLine(changed, ids.line as string);
    }),
  ],
};
