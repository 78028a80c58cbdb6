import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { BillingAccount } from '../schema/billing-account.js';
import { BillingSubscription, BillingSubscriptionItem, PendingChange } from '../schema/billing-subscription.js';
import { Invoice } from '../schema/invoice.js';
import { NextAction } from '../schema/next-action.js';
import { Plan } from '../schema/plan.js';
import { PlanPrice } from '../schema/plan-price.js';
import type { RequestContext } from './context.js';
import { linkedMany, linkedOne } from './reads/load.js';
import { payByLink } from './views/pay-by-link.js';
import type { PendingChangeView } from './views/pending-change.js';
import type { SubscriptionItemView, SubscriptionView } from './views/subscription.js';

const planText = 'The plan; null while the mirror does not have it.';
const priceText = 'The price; null while the mirror does not have it.';

@Resolver(() => BillingSubscription)
export class BillingSubscriptions {
  @FieldResolver(() => BillingAccount, { description: 'Whose subscription it is.' })
  account(@Root() subscription: SubscriptionView, @Ctx() ctx: RequestContext) {
    return linkedOne(ctx, 'BillingSubscription', subscription, 'account');
  }

  @FieldResolver(() => Plan, { nullable: true, description: `Of its base item. ${planText}` })
  plan(@Root() { base }: SubscriptionView, @Ctx() { loaders }: RequestContext) {
    return base && loaders.plan(base.productId);
  }

  @FieldResolver(() => PlanPrice, { nullable: true, description: `Of its base item. ${priceText}` })
  price(@Root() { base }: SubscriptionView, @Ctx() { loaders }: RequestContext) {
    return base && loaders.price(base.priceId);
  }

  @FieldResolver(() => [BillingSubscriptionItem], { description: "All that is subscribed to, in Stripe's order." })
  items(@Root() subscription: SubscriptionView, @Ctx() ctx: RequestContext) {
    return linkedMany(ctx, 'BillingSubscription', subscription, 'items');
  }

  @FieldResolver(() => Invoice, { nullable: true, description: 'Its newest invoice.' })
  latestInvoice(@Root() subscription: SubscriptionView, @Ctx() ctx: RequestContext) {
    return linkedOne(ctx, 'BillingSubscription', subscription, 'latestInvoice');
  }
}

@Resolver(() => BillingSubscriptionItem)
export class BillingSubscriptionItems {
  @FieldResolver(() => Plan, { nullable: true, description: planText })
  plan(@Root() { row }: SubscriptionItemView, @Ctx() { loaders }: RequestContext) {
    return loaders.plan(row.productId);
  }

  @FieldResolver(() => PlanPrice, { nullable: true, description: priceText })
  price(@Root() { row }: SubscriptionItemView, @Ctx() { loaders }: RequestContext) {
    return loaders.price(row.priceId);
  }
}

@Resolver(() => PendingChange)
export class PendingChanges {
  @FieldResolver(() => Plan, { nullable: true, description: planText })
  plan(@Root() { productId }: PendingChangeView, @Ctx() { loaders }: RequestContext) {
    return productId === null ? null : loaders.plan(productId);
  }

  @FieldResolver(() => PlanPrice, { nullable: true, description: priceText })
  price(@Root() { priceId }: PendingChangeView, @Ctx() { loaders }: RequestContext) {
    return priceId === null ? null : loaders.price(priceId);
  }

  @FieldResolver(() => NextAction, { nullable: true, description: 'How to pay for it, where it waits for payment.' })
  nextAction(@Root() { row }: PendingChangeView, @Ctx() { viewer }: RequestContext) {
    return payByLink(viewer, row.latestInvoice);
  }
}
