import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, Info, Int, Resolver, Root } from 'type-graphql';
import { BillingSubscription } from '../schema/billing-subscription.js';
import { InvoiceLineConnection } from '../schema/connections.js';
import { Invoice, InvoiceLine } from '../schema/invoice.js';
import { NextAction } from '../schema/next-action.js';
import { Plan } from '../schema/plan.js';
import type { RequestContext } from './context.js';
import { linkedOne, linkedPage } from './reads/load.js';
import type { InvoiceLineView, InvoiceView } from './views/invoice.js';
import { payByLink } from './views/pay-by-link.js';

@Resolver(() => Invoice)
export class Invoices {
  @FieldResolver(() => InvoiceLineConnection, { description: "Its lines, in Stripe's order." })
  lines(
    @Root() invoice: InvoiceView,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, { nullable: true, defaultValue: 50, description: 'How many lines at most, up to 100.' })
    first: number,
    @Arg('after', () => String, { nullable: true, description: 'Only lines behind this cursor.' })
    after: string | null,
  ) {
    return linkedPage(ctx, 'Invoice', invoice, 'lines', { first, after }, info);
  }

  @FieldResolver(() => BillingSubscription, {
    nullable: true,
    description: 'What it bills; null for an invoice that is not of a subscription.',
  })
  subscription(@Root() invoice: InvoiceView, @Ctx() ctx: RequestContext) {
    return linkedOne(ctx, 'Invoice', invoice, 'subscription');
  }

  @FieldResolver(() => NextAction, {
    nullable: true,
    description: 'What the person can do for it to be paid; null when nothing is open.',
  })
  nextAction(@Root() { row }: InvoiceView, @Ctx() { viewer }: RequestContext) {
    return payByLink(viewer, row);
  }
}

@Resolver(() => InvoiceLine)
export class InvoiceLines {
  @FieldResolver(() => Plan, { nullable: true, description: 'The plan it charges for, where it is one.' })
  plan(@Root() { productId }: InvoiceLineView, @Ctx() { loaders }: RequestContext) {
    return productId === null ? null : loaders.plan(productId);
  }
}
