import { Field, ID, Int, ObjectType } from 'type-graphql';
import { enumOf } from './enum.js';
import { UnitAmount } from './money.js';
import { Node } from './node.js';
import { SafeInt } from './scalars.js';

export const BillingInterval = enumOf('BillingInterval', 'How often a price is charged.', {
  DAY: 'By the day.',
  WEEK: 'By the week.',
  MONTH: 'By the month.',
  YEAR: 'By the year.',
  ONE_TIME: 'Once.',
  UNKNOWN: 'An interval newer than this schema.',
});
export type BillingInterval = keyof typeof BillingInterval;

export const PriceUsage = enumOf('PriceUsage', 'What the quantity of a price is.', {
  LICENSED: 'Chosen when subscribing, for example seats; charged ahead.',
  METERED: 'Measured; charged after the period.',
  UNKNOWN: 'A kind newer than this schema.',
});
export type PriceUsage = keyof typeof PriceUsage;

export const BillingScheme = enumOf('BillingScheme', 'How the amount follows from the quantity.', {
  PER_UNIT: 'Unit amount times quantity.',
  TIERED: 'By `tiers`.',
  UNKNOWN: 'A scheme newer than this schema.',
});
export type BillingScheme = keyof typeof BillingScheme;

export const TiersMode = enumOf('TiersMode', 'How tiers apply.', {
  GRADUATED: 'Each unit costs what its own tier says.',
  VOLUME: 'All units cost what the tier of the whole quantity says.',
  UNKNOWN: 'A mode newer than this schema.',
});
export type TiersMode = keyof typeof TiersMode;

export const RoundDirection = enumOf('RoundDirection', 'Where to round after division.', {
  UP: 'To the next whole number above.',
  DOWN: 'To the next whole number below.',
  UNKNOWN: 'A direction newer than this schema.',
});
export type RoundDirection = keyof typeof RoundDirection;

@ObjectType('TransformQuantity', {
  description: 'The quantity is divided and rounded before it is charged: packages of so many units.',
  simpleResolvers: true,
})
export class TransformQuantity {
  @Field(() => SafeInt, { description: 'Units a package.' })
  divideBy!: number;

  @Field(() => RoundDirection, { description: 'Where a started package is rounded to.' })
  round!: RoundDirection;
}

@ObjectType('PriceTier', { description: 'One step of a tiered price.', simpleResolvers: true })
export class PriceTier {
  @Field(() => SafeInt, { nullable: true, description: 'Last unit of this tier; null in the last tier.' })
  upTo!: number | null;

  @Field(() => UnitAmount, { nullable: true, description: 'Price of each unit in this tier.' })
  unitAmount!: UnitAmount | null;

  @Field(() => UnitAmount, { nullable: true, description: 'Charged once when this tier is reached.' })
  flatAmount!: UnitAmount | null;
}

@ObjectType('PlanPrice', {
  implements: Node,
  description: 'One way to pay for a plan: an interval and its amounts, in one or more currencies.',
  simpleResolvers: true,
})
export class PlanPrice {
  @Field(() => ID, { description: "Stripe's price id." })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Stable key for code: the lookup key of the price.' })
  key!: string | null;

  @Field(() => String, { description: 'The default currency, ISO 4217 in lower case.' })
  currency!: string;

  @Field(() => [String], { description: 'Every currency that the price is offered in, the default one first.' })
  currencies!: string[];

  @Field(() => BillingInterval, { description: 'How often it is charged.' })
  interval!: BillingInterval;

  @Field(() => Int, { description: 'Charged every so many intervals; 1 for one-time prices.' })
  intervalCount!: number;

  @Field(() => PriceUsage, { description: 'Whether the quantity is chosen or measured.' })
  usage!: PriceUsage;

  @Field(() => BillingScheme, { description: 'How the amount follows from the quantity.' })
  billingScheme!: BillingScheme;

  @Field(() => TiersMode, { nullable: true, description: 'How `tiers` apply; null for prices without tiers.' })
  tiersMode!: TiersMode | null;

  @Field(() => TransformQuantity, { nullable: true, description: 'Division of the quantity before it is charged.' })
  transformQuantity!: TransformQuantity | null;

  @Field(() => Int, { nullable: true, description: 'Days of trial that a first subscription to it starts with.' })
  trialDays!: number | null;
}
