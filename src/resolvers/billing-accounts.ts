import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../schema/access.js';
import { BillingAccount } from '../schema/billing-account.js';
import { BillingStatus } from '../schema/billing-status.js';
import { BillingSubscriptionConnection, InvoiceConnection } from '../schema/connections.js';
import { PaymentMethod } from '../schema/payment-method.js';
import { readAccount } from './account-reads.js';
import { accountIdText } from './commanding-viewer.js';
import type { RequestContext } from './context.js';
import { linkedMany, linkedOne, linkedPage } from './reads/load.js';
import { AccessView } from './views/access.js';
import type { AccountView } from './views/account.js';
import { StatusView } from './views/status.js';

const afterText = 'Only entries behind this cursor.';
const firstText = 'How many entries at most, up to 100.';

@Resolver(() => BillingAccount)
export class BillingAccounts {
  @Query(() => BillingAccount, {
    nullable: true,
    description:
      "The viewer's own account (it exists from the first request on), or another that the viewer may see. Null for one that the viewer may not see.",
  })
  billingAccount(
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('id', () => ID, { nullable: true, description: accountIdText }) id?: string | null,
  ) {
    return readAccount(ctx, 'BillingAccount', id, info);
  }

  @FieldResolver(() => Access, { description: 'May the account use what it subscribed to?' })
  access(@Root() account: AccountView, @Ctx() { config }: RequestContext) {
    return new AccessView(account.row, config.proof.ttl);
  }

  @FieldResolver(() => BillingStatus, { description: 'The same as `billingStatus` of this account.' })
  status(@Root() account: AccountView) {
    return new StatusView(account.row, `${account.path}.status`);
  }

  @FieldResolver(() => BillingSubscriptionConnection, { description: 'Subscriptions, newest first.' })
  subscriptions(
    @Root() account: AccountView,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, { nullable: true, defaultValue: 10, description: firstText }) first: number,
    @Arg('after', () => String, { nullable: true, description: afterText }) after: string | null,
    @Arg('ended', () => Boolean, { nullable: true, defaultValue: false, description: 'Those that are ended, too.' })
    ended: boolean,
  ) {
    return linkedPage(ctx, 'BillingAccount', account, 'subscriptions', { first, after, ended }, info);
  }

  @FieldResolver(() => InvoiceConnection, { description: 'Invoices, newest first.' })
  invoices(
    @Root() account: AccountView,
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: firstText }) first: number,
    @Arg('after', () => String, { nullable: true, description: afterText }) after: string | null,
  ) {
    return linkedPage(ctx, 'BillingAccount', account, 'invoices', { first, after }, info);
  }

  @FieldResolver(() => [PaymentMethod], { description: 'Saved ways to pay, newest first.' })
  paymentMethods(@Root() account: AccountView, @Ctx() ctx: RequestContext) {
    return linkedMany(ctx, 'BillingAccount', account, 'paymentMethods');
  }

  @FieldResolver(() => PaymentMethod, {
    nullable: true,
    description: 'What invoices are charged to unless a subscription says otherwise.',
  })
  defaultPaymentMethod(@Root() account: AccountView, @Ctx() ctx: RequestContext) {
    return linkedOne(ctx, 'BillingAccount', account, 'defaultPaymentMethod');
  }
}
