import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { Notice } from '../schema/billing-status.js';
import { BillingSubscription } from '../schema/billing-subscription.js';
import { Invoice } from '../schema/invoice.js';
import { NextAction } from '../schema/next-action.js';
import type { RequestContext } from './context.js';
import { linkedMany } from './reads/load.js';
import { payByLink } from './views/pay-by-link.js';
import type { NoticeView } from './views/status.js';

@Resolver(() => Notice)
export class Notices {
  @FieldResolver(() => Invoice, { nullable: true, description: 'The invoice it is about.' })
  async invoice(@Root() { notice, ...view }: NoticeView, @Ctx() ctx: RequestContext) {
    if (notice.invoiceId === null) return null;
    const invoices = await linkedMany<'Invoice'>(ctx, 'Notice', view, 'invoice');
    return invoices.find(({ id }) => id === notice.invoiceId) ?? null;
  }

  @FieldResolver(() => BillingSubscription, { nullable: true, description: 'The subscription it is about.' })
  async subscription(@Root() { notice, ...view }: NoticeView, @Ctx() ctx: RequestContext) {
    if (notice.subscriptionId === null) return null;
    const subscriptions = await linkedMany<'BillingSubscription'>(ctx, 'Notice', view, 'subscription');
    return subscriptions.find(({ id }) => id === notice.subscriptionId) ?? null;
  }

  @FieldResolver(() => NextAction, { nullable: true, description: 'What the person can do about it.' })
  async nextAction(@Root() { notice, ...view }: NoticeView, @Ctx() ctx: RequestContext) {
    if (notice.invoiceId === null || !ctx.viewer) return null;
    const invoices = await linkedMany<'Invoice'>(ctx, 'Notice', view, 'invoice');
    return payByLink(ctx.viewer, invoices.find(({ id }) => id === notice.invoiceId)?.row ?? null);
  }
}
