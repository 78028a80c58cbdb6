import { Field, ObjectType } from 'type-graphql';
import { enumOf } from './enum.js';
import { DateTime, Decimal } from './scalars.js';

export const AccessState = enumOf('AccessState', 'How far the account may use what it pays for.', {
  FULL: 'Paid, or in a trial: everything the plan gives.',
  GRACE: 'A payment is late; access goes on until `graceEndsAt`.',
  BLOCKED: 'There is a subscription, but it gives no access now; `reason` says why.',
  NONE: 'There is no subscription.',
  UNKNOWN: 'A state newer than this schema; rely on `allowed`.',
});
export type AccessState = keyof typeof AccessState;

export const AccessReason = enumOf('AccessReason', 'Why access is not full.', {
  NO_SUBSCRIPTION: 'There has been no subscription yet.',
  PAYMENT_FAILED: 'A payment was declined.',
  PAYMENT_ACTION_REQUIRED: 'A payment waits for the person, for example for 3D Secure.',
  UNPAID: 'Payment was given up; the open invoice can still be paid.',
  CANCELED: 'The last subscription has ended.',
  TRIAL_ENDED: 'The trial ran out without a payment method.',
  PAUSED: 'The subscription is paused.',
  DISPUTED: 'A payment is disputed at the bank.',
  INCOMPLETE: 'The first payment was not completed.',
  UNKNOWN: 'A reason newer than this schema.',
});
export type AccessReason = keyof typeof AccessReason;

export const GrantSource = enumOf('GrantSource', 'What gives a feature.', {
  PLAN: 'A subscribed plan.',
  OPERATOR: 'Given by hand by an operator.',
  TRIAL: 'A plan in its trial.',
  UNKNOWN: 'A source newer than this schema.',
});
export type GrantSource = keyof typeof GrantSource;

@ObjectType('FeatureGrant', { description: 'One feature that the account has.', simpleResolvers: true })
export class FeatureGrant {
  @Field(() => String, { description: 'Stable key for code: the lookup key of the entitlement feature.' })
  key!: string;

  @Field(() => String, { description: 'Name for people.' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether the feature may be used now.' })
  allowed!: boolean;

  @Field(() => Decimal, { nullable: true, description: 'How much of it may be used in a period; null is no limit.' })
  limit!: string | null;

  @Field(() => GrantSource, { description: 'What gives it.' })
  source!: GrantSource;
}

@ObjectType('Access', {
  description:
    "The one answer an app gates on, computed from all of the account's subscriptions by fixed rules and a policy.",
  simpleResolvers: true,
})
export class Access {
  @Field(() => Boolean, { description: 'May the account use what it subscribed to? Gate on this.' })
  allowed!: boolean;

  @Field(() => AccessState, { description: 'The answer in more detail.' })
  state!: AccessState;

  @Field(() => AccessReason, { nullable: true, description: 'Why access is in grace or blocked; null when full.' })
  reason!: AccessReason | null;

  @Field(() => DateTime, { nullable: true, description: 'When GRACE turns into BLOCKED unless paid.' })
  graceEndsAt!: number | null;

  @Field(() => DateTime, { description: 'How long an offline client may rely on this answer.' })
  trustUntil!: number;

  @Field(() => [FeatureGrant], { description: 'The features of all subscribed plans.' })
  features!: FeatureGrant[];
}
