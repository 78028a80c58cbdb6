import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { BillingAccountPayload } from '../schema/payloads.js';
import { accountIdText, commandingViewer } from './commanding-viewer.js';
import type { RequestContext } from './context.js';
import { userErrors } from './user-errors.js';

@Resolver()
export class AccountCommands {
  @Mutation(() => BillingAccountPayload, {
    description:
      'Reads the account again from Stripe now: the page that Checkout returns to calls it, so it need not wait for a webhook. Rate limited.',
  })
  async billingRefresh(
    @Ctx() ctx: RequestContext,
    @Arg('accountId', () => ID, { nullable: true, description: accountIdText }) accountId?: string | null,
  ): Promise<BillingAccountPayload> {
    const viewer = commandingViewer(ctx);
    const result = await ctx.commands.refreshBilling({ viewer, accountRef: accountId });
    return { accountId: result.accountId, userErrors: userErrors(result.refusals) };
  }
}
