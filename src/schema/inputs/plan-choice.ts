import { Field, ID, InputType, Int } from 'type-graphql';
import { BillingInterval } from '../plan-price.js';

/** Which plan is meant: what every input that chooses one begins with. */
@InputType()
export abstract class PlanChoiceInput {
  @Field(() => ID, {
    nullable: true,
    description: "Stripe's price id. Give one of `priceId`, `priceKey`, or `planKey` with `interval`.",
  })
  priceId?: string | null;

  @Field(() => String, { nullable: true, description: "The price's key, `PlanPrice.key`." })
  priceKey?: string | null;

  @Field(() => String, { nullable: true, description: "The plan's key, `Plan.key`; needs `interval`." })
  planKey?: string | null;

  @Field(() => BillingInterval, { nullable: true, description: 'How often it is charged; with `planKey`.' })
  interval?: BillingInterval | null;
}

/** What a new subscription needs beside the plan. */
@InputType()
export abstract class PlanStartInput extends PlanChoiceInput {
  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217. Default: the currency that the account is billed in, else the price’s own.',
  })
  currency?: string | null;

  @Field(() => Int, { nullable: true, description: 'Seats. Default 1. Not for prices charged by use.' })
  quantity?: number | null;
}
