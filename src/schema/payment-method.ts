import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Node } from './node.js';

@ObjectType('PaymentMethod', {
  implements: Node,
  description: 'A saved way to pay. Card numbers never come near the gateway.',
  simpleResolvers: true,
})
export class PaymentMethod {
  @Field(() => ID, { description: "Stripe's payment method id." })
  id!: string;

  @Field(() => String, { description: "Stripe's word for its kind, for example `card` or `sepa_debit`." })
  type!: string;

  @Field(() => String, { nullable: true, description: 'Brand of a card, for example `visa`.' })
  brand!: string | null;

  @Field(() => String, { nullable: true, description: 'Last four digits.' })
  last4!: string | null;

  @Field(() => Int, { nullable: true, description: 'Month in which a card expires, 1 to 12.' })
  expMonth!: number | null;

  @Field(() => Int, { nullable: true, description: 'Year in which a card expires, four digits.' })
  expYear!: number | null;

  @Field(() => Boolean, { description: 'Whether invoices are charged to it unless a subscription says otherwise.' })
  isDefault!: boolean;

  @Field(() => Boolean, { description: 'Whether the card has expired or expires within 30 days.' })
  expiresSoon!: boolean;
}
