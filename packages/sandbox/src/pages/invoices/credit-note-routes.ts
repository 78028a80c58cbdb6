import type { Hono } from 'hono';
import type { Engine } from '../../engine/engine.js';
import { notFound } from '../serve.js';
import { creditNoteView } from './credit-note-view.js';
import { billPdf } from './invoice-pdf.js';
import { pdfAnswer } from './invoice-routes.js';

/** The `pdf` of a credit note. */
export function creditNoteRoutes(app: Hono, engine: Engine): void {
  app.get('/cn/:id/pdf', (c) => {
    const view = engine.transact((tx) => {
      const note = tx.get('credit_note', c.req.param('id'));
      return note && creditNoteView(note, tx.require('invoice', note.invoice));
    });
    return view ? pdfAnswer(c, billPdf('Credit note', view), `CreditNote-${view.number}`) : notFound(c);
  });
}
