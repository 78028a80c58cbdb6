import { Field, InputType } from 'type-graphql';
import { enumOf } from '../enum.js';
import { ChangeTiming } from './plan-change.js';

export const CancelFeedback = enumOf('CancelFeedback', 'Why the person leaves, in Stripe’s categories.', {
  CUSTOMER_SERVICE: 'The customer service was not as hoped.',
  LOW_QUALITY: 'The quality was not as hoped.',
  MISSING_FEATURES: 'Something is missing.',
  SWITCHED_SERVICE: 'Another service is used instead.',
  TOO_COMPLEX: 'It is hard to use.',
  TOO_EXPENSIVE: 'It costs too much.',
  UNUSED: 'It is not used enough.',
  OTHER: 'Another reason.',
});
export type CancelFeedback = keyof typeof CancelFeedback;

@InputType('SubscriptionCancelInput', { description: 'When a subscription ends, and why.' })
export class SubscriptionCancelInput {
  @Field(() => ChangeTiming, {
    nullable: true,
    defaultValue: 'AT_PERIOD_END',
    description: 'AT_PERIOD_END lets the paid period run out and can be taken back; NOW ends it without a refund.',
  })
  timing?: ChangeTiming | null;

  @Field(() => CancelFeedback, { nullable: true, description: 'Why, in one word.' })
  feedback?: CancelFeedback | null;

  @Field(() => String, { nullable: true, description: 'Why, in the person’s own words.' })
  comment?: string | null;
}
