import { type ClassType, Field, ObjectType } from 'type-graphql';
import { BillingSubscription } from './billing-subscription.js';
import { Invoice, InvoiceLine } from './invoice.js';

@ObjectType('PageInfo', { description: 'Where a page lies in its list.', simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether the page began after a cursor.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Cursor of the first entry; null in an empty page.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last entry, to be passed as `after`; null in an empty page.',
  })
  endCursor!: string | null;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}
export interface Connection<T> {
  edges: Edge<T>[];
  nodes: T[];
  pageInfo: PageInfo;
}

function connectionOf<T extends object>(node: ClassType<T>, name: string, what: string) {
  @ObjectType(`${name}Edge`, { description: `One entry of a page of ${what}.`, simpleResolvers: true })
  class EdgeType implements Edge<T> {
    @Field(() => String, { description: 'Where the entry lies; pass it as `after` to go on behind it.' })
    cursor!: string;

    @Field(() => node, { description: 'The entry itself.' })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${what}.`, simpleResolvers: true })
  class ConnectionType implements Connection<T> {
    @Field(() => [EdgeType], { description: 'The entries with their cursors.' })
    edges!: EdgeType[];

    @Field(() => [node], { description: 'The entries without cursors.' })
    nodes!: T[];

    @Field(() => PageInfo, { description: 'Where the page lies in the list.' })
    pageInfo!: PageInfo;
  }
  return ConnectionType;
}

export const BillingSubscriptionConnection = connectionOf(
  BillingSubscription,
  'BillingSubscription',
  'subscriptions, newest first',
);
export const InvoiceConnection = connectionOf(Invoice, 'Invoice', 'invoices, newest first');
export const InvoiceLineConnection = connectionOf(InvoiceLine, 'InvoiceLine', "lines, in the invoice's order");
