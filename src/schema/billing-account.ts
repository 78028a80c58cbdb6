import { Field, ID, ObjectType } from 'type-graphql';
import { Access } from './access.js';
import { enumOf } from './enum.js';
import { Node } from './node.js';
import { DateTime } from './scalars.js';

export const OwnerKind = enumOf('OwnerKind', 'Who pays.', {
  USER: 'A person.',
  ORGANIZATION: 'An organization that persons act for.',
  UNKNOWN: 'A kind newer than this schema.',
});
export type OwnerKind = keyof typeof OwnerKind;

@ObjectType('Owner', { description: 'Whose account it is.', simpleResolvers: true })
export class Owner {
  @Field(() => OwnerKind, { description: 'A user or an organization.' })
  kind!: OwnerKind;

  @Field(() => ID, { description: 'The `sub` of the user, or the organization claim, as in tokens.' })
  id!: string;
}

@ObjectType('Address', { description: 'A postal address.', simpleResolvers: true })
export class Address {
  @Field(() => String, { nullable: true, description: 'First line: street and number.' })
  line1!: string | null;

  @Field(() => String, { nullable: true, description: 'Second line: flat, building.' })
  line2!: string | null;

  @Field(() => String, { nullable: true, description: 'City or town.' })
  city!: string | null;

  @Field(() => String, { nullable: true, description: 'State, province or county.' })
  state!: string | null;

  @Field(() => String, { nullable: true, description: 'Postal code.' })
  postalCode!: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 code, two letters.' })
  country!: string | null;
}

@ObjectType('BillingDetails', {
  description: 'What invoices are addressed to; all null before there is a Stripe customer.',
  simpleResolvers: true,
})
export class BillingDetails {
  @Field(() => String, { nullable: true, description: 'Name of the person or company.' })
  name!: string | null;

  @Field(() => String, { nullable: true, description: 'Where invoices and receipts are sent.' })
  email!: string | null;

  @Field(() => String, { nullable: true, description: 'Telephone number.' })
  phone!: string | null;

  @Field(() => Address, { nullable: true, description: 'Billing address.' })
  address!: Address | null;
}

@ObjectType('BillingAccount', {
  implements: Node,
  description: 'The payer: one owner, one Stripe customer. It exists from the first request of its owner on.',
  simpleResolvers: true,
})
export class BillingAccount {
  @Field(() => ID, { description: "The account's id, `tga_…`." })
  id!: string;

  @Field(() => Owner, { description: 'Whose account it is.' })
  owner!: Owner;

  @Field(() => String, { nullable: true, description: "E-mail address: the Stripe customer's, else the token's." })
  email!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'ISO 4217 in lower case; null until the first charge locks it.',
  })
  currency!: string | null;

  @Field(() => Access, { description: 'May the account use what it subscribed to?' })
  access!: Access;

  @Field(() => BillingDetails, { description: 'What invoices are addressed to.' })
  billingDetails!: BillingDetails;

  @Field(() => Boolean, {
    description: 'Whether the trial is used up: the owner had a subscription with a trial before.',
  })
  trialUsed!: boolean;

  @Field(() => DateTime, { nullable: true, description: 'When the account was last read from Stripe as a whole.' })
  syncedAt!: number | null;
}
