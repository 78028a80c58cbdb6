import type { GraphQLResolveInfo } from 'graphql';
import { Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import { BillingAccount } from '../schema/billing-account.js';
import { AlreadySubscribed, InvoiceUnpaid } from '../schema/billing-errors.js';
import { BillingSubscription } from '../schema/billing-subscription.js';
import { Invoice } from '../schema/invoice.js';
import { BillingAccountPayload, SubscriptionPayload } from '../schema/payloads.js';
import type { RequestContext } from './context.js';
import { loadById } from './reads/load.js';

// What a command answers was permitted before it was carried out: these read without asking again whose it is.

@Resolver(() => SubscriptionPayload)
export class SubscriptionPayloadRelations {
  @FieldResolver(() => BillingSubscription, { nullable: true, description: 'The subscription as it is now.' })
  subscription(@Ctx() ctx: RequestContext, @Root() payload: SubscriptionPayload, @Info() info: GraphQLResolveInfo) {
    return payload.subscriptionId && loadById(ctx, 'BillingSubscription', payload.subscriptionId, null, info);
  }
}

@Resolver(() => BillingAccountPayload)
export class BillingAccountPayloadRelations {
  @FieldResolver(() => BillingAccount, { nullable: true, description: 'The account as it is now.' })
  account(@Ctx() ctx: RequestContext, @Root() payload: BillingAccountPayload, @Info() info: GraphQLResolveInfo) {
    return payload.accountId && loadById(ctx, 'BillingAccount', payload.accountId, null, info);
  }
}

@Resolver(() => AlreadySubscribed)
export class AlreadySubscribedRelations {
  @FieldResolver(() => BillingSubscription, { nullable: true, description: 'The subscription that is in the way.' })
  subscription(@Ctx() ctx: RequestContext, @Root() error: AlreadySubscribed, @Info() info: GraphQLResolveInfo) {
    return error.subscriptionId && loadById(ctx, 'BillingSubscription', error.subscriptionId, null, info);
  }
}

@Resolver(() => InvoiceUnpaid)
export class InvoiceUnpaidRelations {
  @FieldResolver(() => Invoice, { nullable: true, description: 'The invoice that waits for payment.' })
  invoice(@Ctx() ctx: RequestContext, @Root() error: InvoiceUnpaid, @Info() info: GraphQLResolveInfo) {
    return error.invoiceId && loadById(ctx, 'Invoice', error.invoiceId, null, info);
  }
}
