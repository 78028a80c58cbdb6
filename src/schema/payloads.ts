import { Field, ID, ObjectType } from 'type-graphql';
import { BillingError } from './billing-errors.js';
import { NextAction } from './next-action.js';

const nextAction = 'What the person has to do next; null when nothing more is needed.';
const userErrors = 'Why it was refused; empty when it was done.';

@ObjectType('CheckoutStartPayload', { description: 'Answer of `checkoutStart`.', simpleResolvers: true })
export class CheckoutStartPayload {
  @Field(() => ID, { nullable: true, description: "Stripe's Checkout session." })
  sessionId!: string | null;

  @Field(() => NextAction, {
    nullable: true,
    description: 'REDIRECT to the hosted page, or the client secret that embedded Checkout is mounted with.',
  })
  nextAction!: NextAction | null;

  @Field(() => [BillingError], { description: userErrors })
  userErrors!: BillingError[];
}

@ObjectType('SubscriptionPayload', { description: 'Answer of commands on a subscription.', simpleResolvers: true })
export class SubscriptionPayload {
  /** For the relation `subscription`. */
  subscriptionId!: string | null;

  @Field(() => NextAction, { nullable: true, description: nextAction })
  nextAction!: NextAction | null;

  @Field(() => [BillingError], { description: userErrors })
  userErrors!: BillingError[];
}

@ObjectType('PortalOpenPayload', { description: 'Answer of `portalOpen`.', simpleResolvers: true })
export class PortalOpenPayload {
  @Field(() => NextAction, { nullable: true, description: 'REDIRECT to the portal; the address is short-lived.' })
  nextAction!: NextAction | null;

  @Field(() => [BillingError], { description: userErrors })
  userErrors!: BillingError[];
}

@ObjectType('BillingAccountPayload', { description: 'Answer of commands on an account.', simpleResolvers: true })
export class BillingAccountPayload {
  /** For the relation `account`. */
  accountId!: string | null;

  @Field(() => [BillingError], { description: userErrors })
  userErrors!: BillingError[];
}
