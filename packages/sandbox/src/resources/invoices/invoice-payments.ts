import type { Kind } from '../../engine/kinds.js';
import { hash, oneOf, range, required, str } from '../../http/params.js';
import type { ResourceModule } from '../../http/route.js';
import { listRoute, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'invoice_payment'> = {
  object: 'invoice_payment',
  prefix: 'inpay',
  noun: 'invoice payment',
  indexes: {
    invoice: ({ invoice }) => invoice,
    payment_intent: ({ payment }) => payment.payment_intent,
  },
};

export const invoicePayments: ResourceModule = {
  kinds: [kind],
  routes: [
    retrieveRoute('GET /v1/invoice_payments/:id', 'invoice_payment'),
    listRoute(
      'GET /v1/invoice_payments',
      'invoice_payment',
      {
        created: range(),
        invoice: str(),
        payment: hash({ payment_intent: str(), type: required(oneOf('payment_intent', 'payment_record')) }),
        status: oneOf('canceled', 'open', 'paid'),
      },
      {
        match: (found, { invoice, payment, status }) =>
          (invoice === undefined || found.invoice === invoice) &&
          (payment?.payment_intent === undefined || found.payment.payment_intent === payment.payment_intent) &&
          (status === undefined || found.status === status),
      },
    ),
  ],
};
