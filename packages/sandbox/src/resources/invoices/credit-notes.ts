import { draftCreditNote } from '../../billing/credit-notes/credit-note-draft.js';
import { issueCreditNote, voidCreditNote } from '../../billing/credit-notes/issue.js';
import type { Kind } from '../../engine/kinds.js';
import {
  decimal,
  hash,
  int,
  list,
  metadata,
  oneOf,
  type ParamsOf,
  range,
  required,
  str,
  time,
} from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, PAGE, page, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'credit_note'> = {
  object: 'credit_note',
  prefix: 'cn',
  noun: 'credit note',
  indexes: { customer: ({ customer }) => customer, invoice: ({ invoice }) => invoice },
  references: { customer_balance_transaction: 'customer_balance_transaction' },
};

const line = hash({
  amount: int(),
  description: str(),
  invoice_line_item: str(),
  metadata: metadata(),
  quantity: int(1),
  type: required(oneOf('custom_line_item', 'invoice_line_item')),
  unit_amount: int(),
  unit_amount_decimal: decimal(),
});
const shape = {
  amount: int(1),
  credit_amount: int(0),
  effective_at: time(),
  // In test mode no e-mail leaves, whichever is chosen.
  email_type: oneOf('credit_note', 'none'),
  invoice: required(str()),
  lines: list(line, 250),
  memo: str(5000),
  metadata: metadata(),
  out_of_band_amount: int(0),
  reason: oneOf('duplicate', 'fraudulent', 'order_change', 'product_unsatisfactory'),
  refund_amount: int(0),
  refunds: list(hash({ amount_refunded: int(1), refund: required(str()), type: oneOf('refund') })),
};

function givenBy({ email_type, lines, metadata: sent, ...given }: ParamsOf<typeof shape>) {
  return {
    ...given,
    metadata: mergeMetadata({}, sent),
    ...(lines && { lines: lines.map((each) => ({ ...each, metadata: mergeMetadata({}, each.metadata) })) }),
  };
}

export const creditNotes: ResourceModule = {
  kinds: [kind],
  routes: [
    route('POST /v1/credit_notes', shape, ({ tx, params }) => issueCreditNote(tx, givenBy(params))),
    route('GET /v1/credit_notes/preview', shape, ({ tx, params }) => draftCreditNote(tx, givenBy(params)).note),
    route('GET /v1/credit_notes/preview/lines', { ...shape, ...PAGE }, ({ tx, params, path }) => {
      const { limit, starting_after, ending_before, ...given } = params;
      const cursors = {
        ...(limit !== undefined && { limit }),
        ...(starting_after !== undefined && { starting_after }),
        ...(ending_before !== undefined && { ending_before }),
      };
      return page(draftCreditNote(tx, givenBy(given)).note.lines.data, cursors, path, 'credit note line item');
    }),
    retrieveRoute('GET /v1/credit_notes/:id', 'credit_note'),
    listRoute(
      'GET /v1/credit_notes',
      'credit_note',
      { created: range(), customer: str(), invoice: str() },
      {
        match: (note, { customer, invoice }) =>
          (customer === undefined || note.customer === customer) && (invoice === undefined || note.invoice === invoice),
      },
    ),
    route('GET /v1/credit_notes/:id/lines', PAGE, ({ tx, ids, params, path }) =>
      page(tx.require('credit_note', ids.id as string).lines.data, params, path, 'credit note line item'),
    ),
    route('POST /v1/credit_notes/:id', { memo: str(5000), metadata: metadata() }, ({ tx, ids, params }) => {
      const before = tx.require('credit_note', ids.id as string);
      const note = tx.patch('credit_note', before.id, {
        memo: params.memo ?? before.memo,
        metadata: mergeMetadata(before.metadata ?? {}, params.metadata),
      });
      tx.emit('credit_note.updated', note);
      return note;
    }),
    route('POST /v1/credit_notes/:id/void', {}, ({ tx, ids }) => voidCreditNote(tx, ids.id as string)),
  ],
};
