import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from 'type-graphql';
import { Access } from '../schema/access.js';
import { BillingAccount } from '../schema/billing-account.js';
import { BillingStatus, Notice } from '../schema/billing-status.js';
import { BillingSubscription } from '../schema/billing-subscription.js';
import { Invoice } from '../schema/invoice.js';
import { readAccount } from './account-reads.js';
import { accountIdText } from './commanding-viewer.js';
import type { RequestContext } from './context.js';
import { linkedMany, linkedOne } from './reads/load.js';
import { AccessView } from './views/access.js';
import { AccountView } from './views/account.js';
import type { StatusView } from './views/status.js';

@Resolver(() => BillingStatus)
export class BillingStatuses {
  @Query(() => BillingStatus, {
    nullable: true,
    description:
      'The same value that the subscription of this name pushes; the polling fallback. Null for an account that the viewer may not see.',
  })
  billingStatus(
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('accountId', () => ID, { nullable: true, description: accountIdText }) accountId?: string | null,
  ) {
    return readAccount(ctx, 'BillingStatus', accountId, info);
  }

  @FieldResolver(() => Access, { description: 'May the account use what it subscribed to?' })
  access(@Root() status: StatusView, @Ctx() { config }: RequestContext) {
    return new AccessView(status.row, config.proof.ttl);
  }

  @FieldResolver(() => BillingAccount, { description: 'The account it is about.' })
  account(@Root() status: StatusView) {
    return new AccountView(status.row, `${status.path}.account`);
  }

  @FieldResolver(() => [BillingSubscription], { description: 'Subscriptions that are not ended, oldest first.' })
  subscriptions(@Root() status: StatusView, @Ctx() ctx: RequestContext) {
    return linkedMany(ctx, 'BillingStatus', status, 'subscriptions');
  }

  @FieldResolver(() => Invoice, { nullable: true, description: 'The oldest invoice that waits for payment.' })
  openInvoice(@Root() status: StatusView, @Ctx() ctx: RequestContext) {
    return linkedOne(ctx, 'BillingStatus', status, 'openInvoice');
  }

  @FieldResolver(() => [Notice], { description: 'What to tell the person, most urgent first.' })
  notices(@Root() status: StatusView) {
    return status.notices;
  }
}
