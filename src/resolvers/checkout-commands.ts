import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { CheckoutStartInput } from '../schema/inputs/checkout-start.js';
import { PortalOpenInput } from '../schema/inputs/portal-open.js';
import { CheckoutStartPayload, PortalOpenPayload } from '../schema/payloads.js';
import { accountIdText, commandingViewer, idempotencyKeyText } from './commanding-viewer.js';
import type { RequestContext } from './context.js';
import { userErrors } from './user-errors.js';

@Resolver()
export class CheckoutCommands {
  @Mutation(() => CheckoutStartPayload, {
    description:
      'Hosted Checkout (redirect) or embedded Checkout (client secret) for a new subscription. A page that is open for the same choice is answered again.',
  })
  async checkoutStart(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => CheckoutStartInput, { description: 'What is bought, and where it leads back to.' })
    input: CheckoutStartInput,
    @Arg('accountId', () => ID, { nullable: true, description: accountIdText }) accountId?: string | null,
    @Arg('idempotencyKey', () => String, { nullable: true, description: idempotencyKeyText }) key?: string | null,
  ): Promise<CheckoutStartPayload> {
    const viewer = commandingViewer(ctx);
    const result = await ctx.commands.startCheckout({ viewer, accountRef: accountId, input, idempotencyKey: key });
    const { sessionId, nextAction, refusals } = result;
    return { sessionId, nextAction, userErrors: userErrors(refusals) };
  }

  @Mutation(() => PortalOpenPayload, { description: 'A session of Stripe’s customer portal.' })
  async portalOpen(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => PortalOpenInput, { description: 'Which page, and where it leads back to.' })
    input: PortalOpenInput,
    @Arg('accountId', () => ID, { nullable: true, description: accountIdText }) accountId?: string | null,
  ): Promise<PortalOpenPayload> {
    const viewer = commandingViewer(ctx);
    const { nextAction, refusals } = await ctx.commands.openPortal({ viewer, accountRef: accountId, input });
    return { nextAction, userErrors: userErrors(refusals) };
  }
}
