import { Field, ID, Int, ObjectType } from 'type-graphql';
import { enumOf } from './enum.js';
import { Node } from './node.js';
import { PlanPrice } from './plan-price.js';
import { Decimal } from './scalars.js';

export const PlanAction = enumOf('PlanAction', 'What an account may do with a plan.', {
  START: 'Subscribe; the account has no subscription in the group.',
  UPGRADE: 'Change to it from a plan of lower rank.',
  DOWNGRADE: 'Change to it from a plan of higher rank.',
  SWITCH: 'Change to it from another plan of the same rank.',
  CURRENT: 'Nothing: it is the plan the account has.',
  RESUME: 'Take back the cancellation or the pause of the plan the account has.',
  UNAVAILABLE: 'Nothing now; `reason` says why.',
  UNKNOWN: 'An action newer than this schema.',
});
export type PlanAction = keyof typeof PlanAction;

@ObjectType('MetadataEntry', { description: 'One entry of Stripe metadata.', simpleResolvers: true })
export class MetadataEntry {
  @Field(() => String, { description: 'Key of the entry.' })
  key!: string;

  @Field(() => String, { description: 'Value of the entry.' })
  value!: string;
}

@ObjectType('PlanFeature', { description: 'A feature that a plan gives.', simpleResolvers: true })
export class PlanFeature {
  @Field(() => String, { description: 'Stable key for code: the lookup key of the entitlement feature.' })
  key!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => Decimal, { nullable: true, description: 'How much of it the plan gives; null is no limit.' })
  limit!: string | null;
}

@ObjectType('PlanEligibility', { description: 'What an account may do with a plan now.', simpleResolvers: true })
export class PlanEligibility {
  @Field(() => PlanAction, { description: 'The one sensible action.' })
  action!: PlanAction;

  @Field(() => Boolean, { description: 'Whether subscribing would start with a trial.' })
  trialAvailable!: boolean;

  @Field(() => String, { nullable: true, description: 'Why it is unavailable, for people; null otherwise.' })
  reason!: string | null;
}

@ObjectType('Plan', {
  implements: Node,
  description: "Something to subscribe to: an active product of Stripe's catalogue with its recurring prices.",
  simpleResolvers: true,
})
export class Plan {
  @Field(() => ID, { description: "Stripe's product id." })
  id!: string;

  @Field(() => String, {
    description: 'Stable key for code: metadata `plan_key` of the product, else its id.',
  })
  key!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Description for people.' })
  description!: string | null;

  @Field(() => String, {
    description: 'Plans of one group replace each other; an account may hold one per group. Metadata `plan_group`.',
  })
  group!: string;

  @Field(() => Int, {
    description: 'Order within the group, lowest first: metadata `plan_rank`, else by the lowest monthly amount.',
  })
  rank!: number;

  @Field(() => [PlanFeature], { description: 'What the plan gives.' })
  features!: PlanFeature[];

  @Field(() => [PlanPrice], { description: 'Active prices, the shortest interval first.' })
  prices!: PlanPrice[];

  @Field(() => [MetadataEntry], { description: 'Metadata of the product, by key.' })
  metadata!: MetadataEntry[];
}
