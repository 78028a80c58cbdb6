import { Field, Float, ObjectType } from 'type-graphql';
import { Money } from './money.js';
import { DateTime } from './scalars.js';

@ObjectType('Discount', { description: 'A coupon at work.', simpleResolvers: true })
export class Discount {
  @Field(() => String, { nullable: true, description: 'Name of the coupon, for people.' })
  name!: string | null;

  @Field(() => Float, { nullable: true, description: 'Per cent taken off; null for a fixed amount.' })
  percentOff!: number | null;

  @Field(() => Money, { nullable: true, description: 'Amount taken off; null for a percentage.' })
  amountOff!: Money | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends; null while it goes on.' })
  endsAt!: number | null;

  @Field(() => String, { nullable: true, description: 'The promotion code that was entered for it.' })
  code!: string | null;
}
