import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { withDiscounts } from '../discounts/discounts.js';
import type { InvoiceLine } from './invoice-lines.js';
import { invoiceTotals } from './invoice-totals.js';
import type { Invoice } from './invoices.js';
import { billItems } from './pending-items.js';

/** Adds an invoice item to a draft. @throws 400 unless the invoice is a draft of that customer and currency */
export function addToDraft(tx: Transaction, item: StripeObjects['invoiceitem'], id: string): Invoice {
  const draft = tx.require('invoice', id, 'invoice');
  if (draft.status !== 'draft') {
    throw invalidRequest(`Invoice items can only be added to drafts: ${id} is ${draft.status}.`, {
      code: 'invoice_not_editable',
      param: 'invoice',
    });
  }
  if (draft.customer !== item.customer || draft.currency !== item.currency) {
    throw invalidRequest(`The invoice ${id} is of another customer or currency than the invoice item.`, {
      param: 'invoice',
    });
  }
  return withLines(tx, draft, [...draft.lines.data, ...billItems(tx, [item], id)]);
}

export function removeFromDraft(tx: Transaction, item: string, draft: Invoice): Invoice {
  const itemOf = ({ parent }: InvoiceLine) =>
    parent?.invoice_item_details?.invoice_item ?? parent?.subscription_item_details?.invoice_item;
  return withLines(
    tx,
    draft,
    draft.lines.data.filter((line) => itemOf(line) !== item),
  );
}

function withLines(tx: Transaction, draft: Invoice, unpriced: InvoiceLine[]): Invoice {
  const lines = withDiscounts(tx, unpriced, draft.currency, draft.discounts).map((line) => ({
    ...line,
    invoice: draft.id,
  }));
  const changed = tx.patch('invoice', draft.id, {
    lines: { ...draft.lines, data: lines },
    ...invoiceTotals(lines, draft.currency, draft.starting_balance, false),
  });
  tx.emit('invoice.updated', changed);
  return changed;
}
