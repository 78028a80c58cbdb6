import { Field, ID, ObjectType } from 'type-graphql';
import { enumOf } from './enum.js';
import { DateTime, HttpUrl } from './scalars.js';

export const NextActionKind = enumOf('NextActionKind', 'What the client has to do next.', {
  REDIRECT: 'Send the person to `url`.',
  CONFIRM_PAYMENT: 'Confirm the payment intent with Stripe.js or a mobile SDK.',
  CONFIRM_SETUP: 'Confirm the setup intent with Stripe.js or a mobile SDK.',
  UNKNOWN: 'A step newer than this schema.',
});
export type NextActionKind = keyof typeof NextActionKind;

@ObjectType('NextAction', {
  description:
    'Something only the person in front of the client can do: follow a URL, or confirm with Stripe.js or a mobile SDK. Client secrets are answered by commands only, never from the mirror.',
  simpleResolvers: true,
})
export class NextAction {
  @Field(() => NextActionKind, { description: 'Which kind of step it is.' })
  kind!: NextActionKind;

  @Field(() => HttpUrl, { nullable: true, description: 'Where to send the person, for REDIRECT.' })
  url?: string | null;

  @Field(() => ID, { nullable: true, description: 'The payment or setup intent to confirm.' })
  intentId?: string | null;

  @Field(() => String, { nullable: true, description: 'Hand it to Stripe.js or the mobile SDK; never store it.' })
  clientSecret?: string | null;

  @Field(() => ID, { nullable: true, description: 'The Stripe customer, for mobile SDKs.' })
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: "Lets a mobile SDK show the customer's saved payment methods; never store it.",
  })
  customerSessionClientSecret?: string | null;

  @Field(() => String, { nullable: true, description: 'The key that Stripe.js and mobile SDKs are started with.' })
  publishableKey?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When the step can no longer be taken.' })
  expiresAt?: number | null;
}
