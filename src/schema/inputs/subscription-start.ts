import { Field, ID, InputType, Int } from 'type-graphql';
import { BillingInterval } from '../plan-price.js';
import { planChoice } from './plan-choice.js';

@InputType('SubscriptionStartInput', { description: 'What is bought through Elements or a mobile PaymentSheet.' })
export class SubscriptionStartInput {
  @Field(() => ID, { nullable: true, description: planChoice.priceId })
  priceId?: string | null;

  @Field(() => String, { nullable: true, description: planChoice.priceKey })
  priceKey?: string | null;

  @Field(() => String, { nullable: true, description: planChoice.planKey })
  planKey?: string | null;

  @Field(() => BillingInterval, { nullable: true, description: planChoice.interval })
  interval?: BillingInterval | null;

  @Field(() => String, { nullable: true, description: planChoice.currency })
  currency?: string | null;

  @Field(() => Int, { nullable: true, description: planChoice.quantity })
  quantity?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A saved payment method: the first invoice is charged to it at once. Without it, `nextAction` asks.',
  })
  paymentMethodId?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Whether to begin with the plan’s trial, where the owner has not had one.',
  })
  trial?: boolean | null;
}
