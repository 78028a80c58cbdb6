import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from './access.js';
import { enumOf } from './enum.js';
import { DateTime, SafeInt } from './scalars.js';

export const StatusCause = enumOf('StatusCause', 'Why a version of a status was made.', {
  ACCOUNT_CREATED: 'The account was made.',
  SUBSCRIPTION_STARTED: 'A subscription began.',
  SUBSCRIPTION_ENDED: 'A subscription ended.',
  PLAN_CHANGED: 'Another plan or price.',
  SEATS_CHANGED: 'Another number of seats.',
  CANCELLATION_SCHEDULED: 'A subscription will end.',
  CANCELLATION_WITHDRAWN: 'A subscription will not end after all.',
  TRIAL_ENDING: 'A trial ends soon.',
  PAYMENT_SUCCEEDED: 'An open payment was made.',
  PAYMENT_FAILED: 'A payment was declined.',
  PAYMENT_ACTION_REQUIRED: 'A payment waits for the person.',
  GRACE_ENDED: 'The time to pay ran out.',
  RENEWED: 'A new period began.',
  PAUSED: 'A subscription was paused.',
  RESUMED: 'A paused subscription goes on.',
  REFUNDED: 'Money was given back.',
  DISPUTED: 'A payment is disputed, or a dispute was settled.',
  ENTITLEMENTS_CHANGED: 'Other features or limits.',
  REFRESHED: 'The account was read again, and something differed.',
  UNKNOWN: 'A cause newer than this schema.',
});
export type StatusCause = keyof typeof StatusCause;

export const NoticeKind = enumOf('NoticeKind', 'What a notice is about.', {
  PAYMENT_FAILED: 'A payment was declined.',
  PAYMENT_ACTION_REQUIRED: 'A payment waits for the person.',
  TRIAL_ENDING: 'The trial ends soon.',
  CARD_EXPIRING: 'The card expires soon.',
  CANCELLATION_PENDING: 'The subscription will end.',
  PLAN_CHANGE_PENDING: 'Another plan or number of seats is waiting.',
  ACCESS_BLOCKED: 'Access is blocked.',
  PAYMENT_METHOD_MISSING: 'There is no way to charge the next invoice.',
  DUPLICATE_SUBSCRIPTION: 'Two subscriptions of one group are active.',
  UNKNOWN: 'A kind newer than this schema.',
});
export type NoticeKind = keyof typeof NoticeKind;

export const NoticeSeverity = enumOf('NoticeSeverity', 'How much a notice matters.', {
  INFO: 'Good to know.',
  WARNING: 'Something will go wrong unless the person acts.',
  CRITICAL: 'Something is wrong now.',
  UNKNOWN: 'A severity newer than this schema.',
});
export type NoticeSeverity = keyof typeof NoticeSeverity;

@ObjectType('Notice', { description: 'Something to tell the person; drives banners.', simpleResolvers: true })
export class Notice {
  @Field(() => NoticeKind, { description: 'What it is about.' })
  kind!: NoticeKind;

  @Field(() => NoticeSeverity, { description: 'How much it matters.' })
  severity!: NoticeSeverity;

  @Field(() => DateTime, { nullable: true, description: 'When what it announces happens.' })
  dueAt!: number | null;
}

@ObjectType('BillingStatus', {
  description: "What an app shows and gates on: the account's access with what explains it, as one numbered state.",
  simpleResolvers: true,
})
export class BillingStatus {
  @Field(() => ID, { description: 'The account it is about.' })
  accountId!: string;

  @Field(() => SafeInt, {
    description:
      "Grows with each change of this account's status, in commit order. Drop a lower one, take an equal one as a refresh of `trustUntil`, resume with `after: version`.",
  })
  version!: number;

  @Field(() => DateTime, { description: 'When this version was made.' })
  changedAt!: number;

  @Field(() => StatusCause, { description: 'Why this version was made.' })
  cause!: StatusCause;

  @Field(() => Access, { description: 'May the account use what it subscribed to?' })
  access!: Access;
}
