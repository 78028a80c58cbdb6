import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Discount } from './discount.js';
import { enumOf } from './enum.js';
import { Node } from './node.js';
import { DateTime, Decimal } from './scalars.js';

export const BillingSubscriptionStatus = enumOf('BillingSubscriptionStatus', 'Where a subscription is in its life.', {
  INCOMPLETE: 'The first payment is not completed; expires after 23 hours.',
  INCOMPLETE_EXPIRED: 'The first payment was not completed in time. Ended.',
  TRIALING: 'In its trial.',
  ACTIVE: 'Paid.',
  PAST_DUE: 'A renewal could not be charged; Stripe goes on trying.',
  UNPAID: 'Stripe gave up charging; the open invoice can still be paid.',
  PAUSED: 'Paused: not charged, no access.',
  CANCELED: 'Ended.',
  UNKNOWN: 'A status newer than this schema; see `stripeStatus`.',
});
export type BillingSubscriptionStatus = keyof typeof BillingSubscriptionStatus;

export const SubscriptionAction = enumOf('SubscriptionAction', 'A command that makes sense for a subscription now.', {
  CHANGE_PLAN: '`subscriptionChangePlan`',
  SET_SEATS: '`subscriptionSetSeats`',
  CANCEL: '`subscriptionCancel`',
  KEEP: '`subscriptionKeep`: take back what is pending.',
  PAUSE: '`subscriptionPause`',
  RESUME: '`subscriptionResume`',
  PAY: '`invoicePay` for its open invoice.',
  CONFIRM_PAYMENT: 'Confirm its first payment: call `subscriptionStart` again, or `nextActionOpen`.',
  APPLY_PROMOTION_CODE: '`promotionCodeApply`',
  UNKNOWN: 'An action newer than this schema.',
});
export type SubscriptionAction = keyof typeof SubscriptionAction;

export const PendingChangeKind = enumOf('PendingChangeKind', 'What a pending change waits for.', {
  SCHEDULED: 'Its date.',
  AWAITING_PAYMENT: 'Its payment; until then everything stays as it was.',
  UNKNOWN: 'Something newer than this schema.',
});
export type PendingChangeKind = keyof typeof PendingChangeKind;

@ObjectType('PendingChange', {
  description: 'A change of plan or seats that has not come into force yet.',
  simpleResolvers: true,
})
export class PendingChange {
  @Field(() => PendingChangeKind, { description: 'What it waits for.' })
  kind!: PendingChangeKind;

  @Field(() => DateTime, {
    description: 'When it comes into force; for AWAITING_PAYMENT the time until which it can be paid.',
  })
  effectiveAt!: number;

  @Field(() => Int, { nullable: true, description: 'Seats after the change.' })
  seats!: number | null;
}

@ObjectType('BillingSubscription', {
  implements: Node,
  description: "A subscription to plans. (GraphQL's own root type has the bare name.)",
  simpleResolvers: true,
})
export class BillingSubscription {
  @Field(() => ID, { description: "Stripe's subscription id." })
  id!: string;

  @Field(() => BillingSubscriptionStatus, { description: 'Where it is in its life.' })
  status!: BillingSubscriptionStatus;

  @Field(() => String, { description: "Stripe's own word for the status, for values newer than this schema." })
  stripeStatus!: string;

  @Field(() => DateTime, { description: 'When it began.' })
  startedAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'Start of the period that its base item is paid for.' })
  currentPeriodStart!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'End of the period that its base item is paid for.' })
  currentPeriodEnd!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When its trial ends or ended; null without a trial.' })
  trialEndsAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ends or ended; null while it renews. One field, however the cancellation was asked for.',
  })
  endsAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When the cancellation was asked for.' })
  canceledAt!: number | null;

  @Field(() => Boolean, {
    description: 'Whether collection is paused (`pause_collection`, set elsewhere); status and access go on.',
  })
  collectionPaused!: boolean;

  @Field(() => Int, { nullable: true, description: 'Quantity of its base item; null where that is metered.' })
  seats!: number | null;

  @Field(() => PendingChange, { nullable: true, description: 'A change that has not come into force yet.' })
  pendingChange!: PendingChange | null;

  @Field(() => Discount, { nullable: true, description: 'The discount that applies to it.' })
  discount!: Discount | null;

  @Field(() => [SubscriptionAction], { description: 'The commands that would not be refused now.' })
  allowedActions!: SubscriptionAction[];
}

@ObjectType('BillingSubscriptionItem', {
  description: 'One price subscribed to, and how many of it.',
  simpleResolvers: true,
})
export class BillingSubscriptionItem {
  @Field(() => ID, { description: "Stripe's subscription item id." })
  id!: string;

  @Field(() => Decimal, { nullable: true, description: 'How many; null for metered prices.' })
  quantity!: string | null;
}
