import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { BillingErrorCode as Code } from '../errors.js';
import { enumOf } from './enum.js';

export const BillingErrorCode = enumOf<Code>('BillingErrorCode', 'Why a command was refused.', {
  CARD_DECLINED: 'The card was declined; `CardDeclined.advice` says what to do. Try another way with a new key.',
  ALREADY_SUBSCRIBED: 'The account has a subscription in the plan’s group: change that one.',
  PLAN_NOT_FOUND: 'No such plan is on offer: load the plans again.',
  PRICE_NOT_FOUND: 'No such price is on offer: load the plans again.',
  CURRENCY_LOCKED: 'The account is billed in another currency.',
  TRIAL_USED: 'The owner had a trial before.',
  PAYMENT_METHOD_REQUIRED: 'A payment method is needed first.',
  INVOICE_UNPAID: 'An invoice waits for payment: pay it first.',
  INVOICE_NOT_PAYABLE: 'The invoice is not open.',
  ALREADY_PAID: 'The invoice is paid already.',
  NO_CHANGE: 'It is as asked already.',
  PREVIEW_STALE: 'The quote is too old: preview again.',
  CHANGE_PENDING: 'A change is pending: take it back first.',
  NOTHING_PENDING: 'There is nothing to take back.',
  CHANGE_NOT_SUPPORTED: 'This subscription cannot be changed in this way.',
  ALREADY_ENDED: 'The subscription has ended: start a new one.',
  NOT_PAUSABLE: 'This subscription cannot be paused.',
  NOT_RESUMABLE: 'This subscription is not paused.',
  SEATS_INVALID: 'The number of seats is not possible.',
  PROMOTION_CODE_INVALID: 'The code does not exist, has expired or does not fit.',
  TAX_LOCATION_REQUIRED: 'The billing address is needed for taxes.',
  LAST_METHOD_IN_USE: 'A subscription is paid with this method and there is no other.',
  NO_CUSTOMER: 'The account has never bought anything: the payment provider does not know it.',
  METER_NOT_FOUND: 'No such meter.',
  NOT_FOUND: 'There is no such object, or not for this viewer.',
  FORBIDDEN: 'The token may read this account but not command it.',
  INPUT_INVALID: 'The input does not make sense; `field` and `message` say where and why.',
  CARD_DATA_REFUSED: 'Card data must never be sent here: use Checkout, Elements or a mobile SDK.',
  RETURN_URL_REFUSED: 'The URL leads to an origin that is not allowed.',
  IDEMPOTENCY_CONFLICT: 'The key was used with other input: use a new one.',
  IN_PROGRESS: 'Another command of this account is being carried out: repeat with the same key.',
  THROTTLED: 'Too many requests: wait, then repeat with the same key.',
  PROVIDER_UNAVAILABLE: 'The payment provider gave no usable answer: repeat with the same key. Reads go on.',
  UNKNOWN: 'A refusal newer than this schema; see `rawCode`.',
});

export const DeclineAdvice = enumOf('DeclineAdvice', 'What helps after a declined card.', {
  TRY_OTHER_CARD: 'Use another card.',
  CONTACT_BANK: 'Ask the bank that issued it.',
  FIX_DETAILS: 'Correct the number, the expiry or the security code.',
  RETRY_LATER: 'Try the same card again in a moment.',
  UNKNOWN: 'Nothing is known to help.',
});
export type DeclineAdvice = keyof typeof DeclineAdvice;

@InterfaceType('BillingError', {
  description: 'An expected refusal of a command. Nothing was done unless `ProviderUnavailable` says otherwise.',
  resolveType: (value: { __typename: string }) => value.__typename,
})
export abstract class BillingError {
  __typename!: string;

  @Field(() => BillingErrorCode, { description: 'Why, for code.' })
  code!: Code;

  @Field(() => String, { nullable: true, description: "Stripe's own code, where the refusal is Stripe's." })
  rawCode!: string | null;

  @Field(() => String, { description: 'Why and what to do, in English.' })
  message!: string;

  @Field(() => [String], { nullable: true, description: 'Path of the argument to blame.' })
  field!: readonly string[] | null;

  @Field(() => Boolean, { description: 'Whether the same call may succeed later.' })
  retryable!: boolean;
}

@ObjectType('CardDeclined', {
  implements: BillingError,
  description: 'CARD_DECLINED',
  simpleResolvers: true,
})
export class CardDeclined extends BillingError {
  @Field(() => String, { description: "The issuer's reason; suspicions of fraud are told as `generic_decline`." })
  declineCode!: string;

  @Field(() => DeclineAdvice, { description: 'What to tell the person.' })
  advice!: DeclineAdvice;
}

@ObjectType('AlreadySubscribed', {
  implements: BillingError,
  description: 'ALREADY_SUBSCRIBED',
  simpleResolvers: true,
})
export class AlreadySubscribed extends BillingError {
  /** For the relation `subscription`. */
  subscriptionId!: string | null;
}

@ObjectType('InvoiceUnpaid', { implements: BillingError, description: 'INVOICE_UNPAID', simpleResolvers: true })
export class InvoiceUnpaid extends BillingError {
  /** For the relation `invoice`. */
  invoiceId!: string | null;
}

@ObjectType('Throttled', { implements: BillingError, description: 'THROTTLED', simpleResolvers: true })
export class Throttled extends BillingError {
  @Field(() => Int, { description: 'Seconds to wait.' })
  retryAfterSeconds!: number;
}

@ObjectType('ProviderUnavailable', {
  implements: BillingError,
  description: 'PROVIDER_UNAVAILABLE',
  simpleResolvers: true,
})
export class ProviderUnavailable extends BillingError {
  @Field(() => Boolean, {
    description:
      'True when Stripe may have carried the call out: repeat with the same key, or wait for the status stream.',
  })
  outcomeUnknown!: boolean;
}

@ObjectType('SimpleError', {
  implements: BillingError,
  description: 'Every other refusal.',
  simpleResolvers: true,
})
export class SimpleError extends BillingError {}
