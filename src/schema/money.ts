import { Field, ObjectType } from 'type-graphql';
import { Decimal, SafeInt } from './scalars.js';

@ObjectType('Money', { description: 'An amount really charged or owed.', simpleResolvers: true })
export class Money {
  @Field(() => SafeInt, { description: "In the currency's smallest unit: 1250 is 12.50 USD, or 1250 JPY." })
  minorUnits!: number;

  @Field(() => String, { description: 'ISO 4217 code in lower case, as Stripe writes it.' })
  currency!: string;

  @Field(() => Decimal, {
    description: "In major units with the currency's own digits: 12.50, 1250 (JPY), 1.250 (KWD).",
  })
  decimal!: string;
}

@ObjectType('UnitAmount', {
  description: 'A price per unit, which may be a fraction of the smallest currency unit.',
  simpleResolvers: true,
})
export class UnitAmount {
  @Field(() => Decimal, { description: "In the currency's smallest unit, possibly a fraction of it." })
  minorUnits!: string;

  @Field(() => String, { description: 'ISO 4217 code in lower case, as Stripe writes it.' })
  currency!: string;

  @Field(() => Decimal, { description: 'In major units, with as many digits as the price has.' })
  decimal!: string;
}
