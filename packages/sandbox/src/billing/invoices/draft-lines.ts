import { invalidRequest, noSuch } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { withDiscounts } from '../discounts/discounts.js';
import { type InvoiceLine, lineOfInvoiceItem } from './invoice-lines.js';
import { invoiceTotals } from './invoice-totals.js';
import type { Invoice } from './invoices.js';
import { billItems } from './pending-items.js';

type InvoiceItem = StripeObjects['invoiceitem'];

/** The draft that a parameter names. @throws 400 `invoice_not_editable` once it is finalized */
export function requireDraft(tx: Transaction, id: string, param?: string): Invoice {
  const draft = tx.require('invoice', id, param);
  if (draft.status === 'draft') return draft;
  throw invalidRequest('Invalid invoice: This invoice is no longer editable', {
    code: 'invoice_not_editable',
    param: 'invoice',
  });
}

/** Adds an invoice item to a draft, after its other lines. @throws 400 unless they are of one customer and currency */
export function addToDraft(tx: Transaction, item: InvoiceItem, id: string): Invoice {
  const draft = requireDraft(tx, id, 'invoice');
  if (draft.customer !== item.customer) {
    throw invalidRequest(`The invoice ${id} belongs to another customer than the invoice item.`, { param: 'invoice' });
  }
  if (draft.currency !== item.currency) {
    throw invalidRequest(
      `You cannot mix currencies on a single invoice: ${id} is in ${draft.currency}, the invoice item in ${item.currency}.`,
      { param: 'currency' },
    );
  }
  return withLines(tx, draft, [...draft.lines.data, ...billItems(tx, [item], id)]);
}

export function removeFromDraft(tx: Transaction, item: string, draft: Invoice): Invoice {
  return withLines(
    tx,
    draft,
    draft.lines.data.filter((line) => invoiceItemOf(line) !== item),
  );
}

/** Shows a changed invoice item on its draft, in the line that it has. */
export function refreshOnDraft(tx: Transaction, item: InvoiceItem, draft: Invoice): Invoice {
  const lines = draft.lines.data.map((line) =>
    invoiceItemOf(line) === item.id ? { ...lineOfInvoiceItem(tx, item), id: line.id } : line,
  );
  return withLines(tx, draft, lines);
}

export function changeLine(tx: Transaction, draft: Invoice, id: string, members: Partial<InvoiceLine>): Invoice {
  return withLines(
    tx,
    draft,
    draft.lines.data.map((line) => (line.id === id ? { ...line, ...members } : line)),
  );
}

export function removeLine(tx: Transaction, draft: Invoice, id: string): Invoice {
  return withLines(
    tx,
    draft,
    draft.lines.data.filter((line) => line.id !== id),
  );
}

/** The line with that id. @throws 404, or 400 for one that a parameter names */
export function requireLine({ lines }: Invoice, id: string, param?: string): InvoiceLine {
  const line = lines.data.find((each) => each.id === id);
  if (!line) throw noSuch('invoice line item', id, param);
  return line;
}

/** The invoice item behind a line, if one is. */
export function invoiceItemOf({ parent }: InvoiceLine): string | null {
  return parent?.invoice_item_details?.invoice_item ?? parent?.subscription_item_details?.invoice_item ?? null;
}

/** Prices the draft's lines anew, for its discounts. */
export function repriced(tx: Transaction, draft: Invoice): Invoice {
  return withLines(tx, draft, draft.lines.data);
}

function withLines(tx: Transaction, draft: Invoice, unpriced: InvoiceLine[]): Invoice {
  const discounts = draft.discounts as string[];
  const lines = withDiscounts(tx, unpriced, draft.currency, discounts).map((line) => ({ ...line, invoice: draft.id }));
  return tx.patch('invoice', draft.id, {
    lines: { ...draft.lines, data: lines },
    ...invoiceTotals(lines, draft.currency, draft.starting_balance, false),
  });
}
