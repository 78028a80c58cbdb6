import { Field, ID, Int, ObjectType } from 'type-graphql';
import { enumOf } from './enum.js';
import { Money } from './money.js';
import { Node } from './node.js';
import { DateTime, Decimal, HttpUrl } from './scalars.js';

export const InvoiceStatus = enumOf('InvoiceStatus', 'Where an invoice is in its life.', {
  DRAFT: 'Being made; may still change.',
  OPEN: 'Final, waits for payment.',
  PAID: 'Paid, or nothing was due.',
  VOID: 'Cancelled.',
  UNCOLLECTIBLE: 'Given up.',
  UNKNOWN: 'A status newer than this schema.',
});
export type InvoiceStatus = keyof typeof InvoiceStatus;

@ObjectType('Invoice', {
  implements: Node,
  description: 'A bill, as Stripe made it.',
  simpleResolvers: true,
})
export class Invoice {
  @Field(() => ID, { description: "Stripe's invoice id." })
  id!: string;

  @Field(() => String, { nullable: true, description: 'Number for people and their books; null in a draft.' })
  number!: string | null;

  @Field(() => InvoiceStatus, { description: 'Where it is in its life.' })
  status!: InvoiceStatus;

  @Field(() => Money, { description: 'After discounts and tax.' })
  total!: Money;

  @Field(() => Money, { description: 'Before discounts and exclusive tax.' })
  subtotal!: Money;

  @Field(() => Money, { description: 'All taxes together.' })
  tax!: Money;

  @Field(() => Money, { description: "To be paid in the end: the total after the customer's balance." })
  amountDue!: Money;

  @Field(() => Money, { description: 'Paid so far.' })
  amountPaid!: Money;

  @Field(() => Money, { description: 'Still to be paid.' })
  amountRemaining!: Money;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: number;

  @Field(() => DateTime, { nullable: true, description: 'When it is due, where it is sent and not charged.' })
  dueAt!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was paid.' })
  paidAt!: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: "Start of the time in which its items were gathered; a line's own period is what it pays for.",
  })
  periodStart!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'End of the time in which its items were gathered.' })
  periodEnd!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When Stripe tries to charge it next.' })
  nextPaymentAttemptAt!: number | null;

  @Field(() => Int, { description: 'How often Stripe tried to charge it.' })
  attemptCount!: number;

  @Field(() => HttpUrl, { nullable: true, description: "Stripe's page to look at and pay it." })
  hostedUrl!: string | null;

  @Field(() => HttpUrl, { nullable: true, description: 'The invoice as PDF.' })
  pdfUrl!: string | null;
}

@ObjectType('InvoiceLine', { description: 'One line of an invoice.', simpleResolvers: true })
export class InvoiceLine {
  @Field(() => ID, { description: "Stripe's line id." })
  id!: string;

  @Field(() => String, { nullable: true, description: 'What is charged, for people.' })
  description!: string | null;

  @Field(() => Money, { description: 'Before discounts; negative for a credit.' })
  amount!: Money;

  @Field(() => Decimal, { nullable: true, description: 'How many units.' })
  quantity!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Start of what the line pays for.' })
  periodStart!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'End of what the line pays for.' })
  periodEnd!: number | null;

  @Field(() => Boolean, { description: 'Whether it comes from a change within a period.' })
  proration!: boolean;
}
