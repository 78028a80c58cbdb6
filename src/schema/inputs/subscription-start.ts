import { Field, ID, InputType } from 'type-graphql';
import { PlanStartInput } from './plan-choice.js';

@InputType('SubscriptionStartInput', { description: 'What is bought through Elements or a mobile PaymentSheet.' })
export class SubscriptionStartInput extends PlanStartInput {
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
