import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { planEligibility } from '../access/plan-eligibility.js';
import { Plan, PlanEligibility } from '../schema/plan.js';
import { accountIdText } from './commanding-viewer.js';
import type { RequestContext } from './context.js';
import { heldPlans } from './held-plans.js';
import type { PlanView } from './views/plan.js';

@Resolver(() => Plan)
export class Plans {
  @Query(() => [Plan], {
    description: 'The plans on offer, by group and rank. Needs no token.',
  })
  async plans(
    @Ctx() { loaders }: RequestContext,
    @Arg('currency', () => String, {
      nullable: true,
      description: 'Only plans and prices that are offered in this currency (ISO 4217); amounts stay as they are.',
    })
    currency?: string | null,
  ) {
    const { plans } = await loaders.catalogue();
    if (currency == null) return plans;
    return plans.flatMap((plan) => plan.offeredIn(currency.toLowerCase()) ?? []);
  }

  @Query(() => Plan, { nullable: true, description: 'A plan on offer. Needs no token.' })
  async plan(
    @Ctx() { loaders }: RequestContext,
    @Arg('key', () => String, { description: 'The stable key of the plan.' }) key: string,
  ) {
    return (await loaders.catalogue()).plan(key);
  }

  @FieldResolver(() => PlanEligibility, {
    nullable: true,
    description: 'What an account may do with the plan; null without a token, or for an account that is not visible.',
  })
  async eligibility(
    @Root() plan: PlanView,
    @Ctx() ctx: RequestContext,
    @Arg('accountId', () => ID, { nullable: true, description: accountIdText }) accountId?: string | null,
  ) {
    const account = await heldPlans(ctx, accountId);
    return account && planEligibility(plan.offer, account);
  }
}
