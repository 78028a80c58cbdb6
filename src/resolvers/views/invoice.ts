import type { LoadedInvoice, LoadedInvoiceLine } from '../../db/reads/rows.js';
import { money } from '../../schema/currency.js';
import { fromStripe } from '../../schema/enum.js';
import { type Invoice, type InvoiceLine, InvoiceStatus } from '../../schema/invoice.js';

import { payReads } from './pay-by-link.js';

export class InvoiceView implements Invoice {
  readonly __typename = 'Invoice';
  constructor(readonly row: LoadedInvoice) {}

  get id() {
    return this.row.id;
  }
  get number() {
    return this.row.number;
  }
  get status() {
    return fromStripe(InvoiceStatus, this.row.status);
  }
  get total() {
    return money(this.row.total, this.row.currency);
  }
  get subtotal() {
    return money(this.row.subtotal, this.row.currency);
  }
  get tax() {
    return money(this.row.tax, this.row.currency);
  }
  get amountDue() {
    return money(this.row.amountDue, this.row.currency);
  }
  get amountPaid() {
    return money(this.row.amountPaid, this.row.currency);
  }
  get amountRemaining() {
    return money(this.row.amountRemaining, this.row.currency);
  }
  get createdAt() {
    return this.row.created;
  }
  get dueAt() {
    return this.row.dueDate;
  }
  get paidAt() {
    return this.row.paidAt;
  }
  get periodStart() {
    return this.row.periodStart;
  }
  get periodEnd() {
    return this.row.periodEnd;
  }
  get nextPaymentAttemptAt() {
    return this.row.nextPaymentAttempt;
  }
  get attemptCount() {
    return this.row.attemptCount;
  }
  get hostedUrl() {
    return this.row.hostedInvoiceUrl;
  }
  get pdfUrl() {
    return this.row.invoicePdf;
  }
}

export const invoiceReads = {
  id: ['id'],
  number: ['number'],
  status: ['status'],
  total: ['total', 'currency'],
  subtotal: ['subtotal', 'currency'],
  tax: ['tax', 'currency'],
  amountDue: ['amountDue', 'currency'],
  amountPaid: ['amountPaid', 'currency'],
  amountRemaining: ['amountRemaining', 'currency'],
  createdAt: ['created'],
  dueAt: ['dueDate'],
  paidAt: ['paidAt'],
  periodStart: ['periodStart'],
  periodEnd: ['periodEnd'],
  nextPaymentAttemptAt: ['nextPaymentAttempt'],
  attemptCount: ['attemptCount'],
  hostedUrl: ['hostedInvoiceUrl'],
  pdfUrl: ['invoicePdf'],
  nextAction: payReads,
};

export class InvoiceLineView implements InvoiceLine {
  constructor(readonly row: LoadedInvoiceLine) {}

  get id() {
    return this.row.id;
  }
  get description() {
    return this.row.description;
  }
  get amount() {
    return money(this.row.amount, this.row.currency);
  }
  get quantity() {
    return this.row.quantity;
  }
  get periodStart() {
    return this.row.period_start;
  }
  get periodEnd() {
    return this.row.period_end;
  }
  get proration() {
    return this.row.proration;
  }
  get productId() {
    return this.row.product_id;
  }
}

export const invoiceLineReads = {
  id: ['id'],
  description: ['description'],
  amount: ['amount', 'currency'],
  quantity: ['quantity'],
  periodStart: ['period_start'],
  periodEnd: ['period_end'],
  proration: ['proration'],
  plan: ['product_id'],
};
