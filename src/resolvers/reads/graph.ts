import type { LoadedRow } from '../../db/reads/rows.js';
import type { ShapeName } from '../../db/reads/tree.js';
import { AccountView, accountReads } from '../views/account.js';
import { InvoiceLineView, InvoiceView, invoiceLineReads, invoiceReads } from '../views/invoice.js';
import { PaymentMethodView, paymentMethodReads } from '../views/payment-method.js';
import { noticeReads, StatusView, statusReads } from '../views/status.js';
import {
  SubscriptionItemView,
  SubscriptionView,
  subscriptionItemReads,
  subscriptionReads,
} from '../views/subscription.js';

/** How a field leads to other objects. */
export type Link =
  /** At most one related row. */
  | { kind: 'one'; relation: string; to: TypeName }
  /** All related rows. */
  | { kind: 'many'; relation: string; to: TypeName }
  /** A page of related rows, as a connection. */
  | { kind: 'page'; relation: string; to: TypeName; cursor: readonly [string, string] }
  /** The same row, seen as another type. */
  | { kind: 'same'; to: TypeName };

export interface TypeReads {
  shape: ShapeName;
  /** What each own field reads: columns, or columns of a related row (`customer.currency`). */
  own: Record<string, readonly string[]>;
  links: Record<string, Link>;
}

const newest = ['created', 'id'] as const;

/** What is read of the mirror for each field of each type; the whole graph that a selection can walk. */
export const graph = {
  BillingAccount: {
    shape: 'account',
    own: accountReads,
    links: {
      status: { kind: 'same', to: 'BillingStatus' },
      subscriptions: { kind: 'page', relation: 'subscriptions', to: 'BillingSubscription', cursor: newest },
      invoices: { kind: 'page', relation: 'invoices', to: 'Invoice', cursor: newest },
      paymentMethods: { kind: 'many', relation: 'paymentMethods', to: 'PaymentMethod' },
      defaultPaymentMethod: { kind: 'one', relation: 'defaultPaymentMethod', to: 'PaymentMethod' },
    },
  },
  BillingStatus: {
    shape: 'account',
    own: statusReads,
    links: {
      account: { kind: 'same', to: 'BillingAccount' },
      subscriptions: { kind: 'many', relation: 'currentSubscriptions', to: 'BillingSubscription' },
      openInvoice: { kind: 'one', relation: 'openInvoice', to: 'Invoice' },
      notices: { kind: 'same', to: 'Notice' },
    },
  },
  Notice: {
    shape: 'account',
    own: noticeReads,
    links: {
      invoice: { kind: 'many', relation: 'noticeInvoices', to: 'Invoice' },
      subscription: { kind: 'many', relation: 'noticeSubscriptions', to: 'BillingSubscription' },
    },
  },
  BillingSubscription: {
    shape: 'subscription',
    own: subscriptionReads,
    links: {
      account: { kind: 'one', relation: 'account', to: 'BillingAccount' },
      items: { kind: 'many', relation: 'items', to: 'BillingSubscriptionItem' },
      latestInvoice: { kind: 'one', relation: 'latestInvoice', to: 'Invoice' },
    },
  },
  BillingSubscriptionItem: { shape: 'item', own: subscriptionItemReads, links: {} },
  Invoice: {
    shape: 'invoice',
    own: invoiceReads,
    links: {
      lines: { kind: 'page', relation: 'lines', to: 'InvoiceLine', cursor: ['position', 'id'] },
      subscription: { kind: 'one', relation: 'subscription', to: 'BillingSubscription' },
    },
  },
  InvoiceLine: { shape: 'invoiceLine', own: invoiceLineReads, links: {} },
  PaymentMethod: { shape: 'paymentMethod', own: paymentMethodReads, links: {} },
} as const satisfies Record<string, TypeReads>;

export type TypeName =
  | 'BillingAccount'
  | 'BillingStatus'
  | 'Notice'
  | 'BillingSubscription'
  | 'BillingSubscriptionItem'
  | 'Invoice'
  | 'InvoiceLine'
  | 'PaymentMethod';

const views = {
  BillingAccount: AccountView,
  BillingStatus: StatusView,
  BillingSubscription: SubscriptionView,
  BillingSubscriptionItem: SubscriptionItemView,
  Invoice: InvoiceView,
  InvoiceLine: InvoiceLineView,
  PaymentMethod: PaymentMethodView,
};
export type ViewName = keyof typeof views;
export type ViewOf<Name extends ViewName> = InstanceType<(typeof views)[Name]>;

export const readsOf = (type: TypeName): TypeReads => graph[type];

/** A loaded row as GraphQL's type; the row has at least what the fields read that will be asked of it. */
export function viewOf<Name extends ViewName>(type: Name, row: LoadedRow): ViewOf<Name> {
  const View = views[type] as unknown as new (row: LoadedRow) => ViewOf<Name>;
  return new View(row);
}
