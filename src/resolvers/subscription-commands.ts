import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import type { Commands } from '../commands/commands.js';
import { PlanChangeInput } from '../schema/inputs/plan-change.js';
import { SubscriptionCancelInput } from '../schema/inputs/subscription-cancel.js';
import { SubscriptionStartInput } from '../schema/inputs/subscription-start.js';
import { SubscriptionPayload } from '../schema/payloads.js';
import { accountIdText, commandingViewer, idempotencyKeyText } from './commanding-viewer.js';
import type { RequestContext } from './context.js';
import { userErrors } from './user-errors.js';

const idText = "Stripe's subscription id.";

@Resolver()
export class SubscriptionCommands {
  @Mutation(() => SubscriptionPayload, {
    description:
      'A new subscription paid through Elements or a mobile PaymentSheet: answers with the client secret to confirm. A start begun for the same choice is answered again.',
  })
  async subscriptionStart(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => SubscriptionStartInput, { description: 'What is bought.' }) input: SubscriptionStartInput,
    @Arg('accountId', () => ID, { nullable: true, description: accountIdText }) accountId?: string | null,
    @Arg('idempotencyKey', () => String, { nullable: true, description: idempotencyKeyText }) key?: string | null,
  ): Promise<SubscriptionPayload> {
    const viewer = commandingViewer(ctx);
    return payload(ctx.commands.startSubscription({ viewer, accountRef: accountId, input, idempotencyKey: key }));
  }

  @Mutation(() => SubscriptionPayload, {
    description:
      'Another plan, interval or number of seats. NOW invoices the difference at once; while it is not paid the old plan stays.',
  })
  async subscriptionChangePlan(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: idText }) subscriptionId: string,
    @Arg('change', () => PlanChangeInput, { description: 'What to change to, and when.' }) input: PlanChangeInput,
    @Arg('idempotencyKey', () => String, { nullable: true, description: idempotencyKeyText }) key?: string | null,
  ): Promise<SubscriptionPayload> {
    const viewer = commandingViewer(ctx);
    return payload(ctx.commands.changePlan({ viewer, subscriptionId, input, idempotencyKey: key }));
  }

  @Mutation(() => SubscriptionPayload, { description: 'Ends a subscription at the end of its period, or now.' })
  async subscriptionCancel(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: idText }) subscriptionId: string,
    @Arg('input', () => SubscriptionCancelInput, { description: 'When, and why.' }) input: SubscriptionCancelInput,
    @Arg('idempotencyKey', () => String, { nullable: true, description: idempotencyKeyText }) key?: string | null,
  ): Promise<SubscriptionPayload> {
    const viewer = commandingViewer(ctx);
    return payload(ctx.commands.cancelSubscription({ viewer, subscriptionId, input, idempotencyKey: key }));
  }

  @Mutation(() => SubscriptionPayload, { description: 'Takes back a cancellation at the end of the period.' })
  async subscriptionKeep(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID, { description: idText }) subscriptionId: string,
    @Arg('idempotencyKey', () => String, { nullable: true, description: idempotencyKeyText }) key?: string | null,
  ): Promise<SubscriptionPayload> {
    const viewer = commandingViewer(ctx);
    return payload(ctx.commands.keepSubscription({ viewer, subscriptionId, idempotencyKey: key }));
  }
}

async function payload(work: ReturnType<Commands['startSubscription']>): Promise<SubscriptionPayload> {
  const { subscriptionId, nextAction, refusals } = await work;
  return { subscriptionId, nextAction, userErrors: userErrors(refusals) };
}
