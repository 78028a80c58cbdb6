import { Field, ID, InputType } from 'type-graphql';
import { enumOf } from '../enum.js';
import { HttpUrl } from '../scalars.js';

export const PortalFlow = enumOf('PortalFlow', 'Which page of the customer portal to open.', {
  HOME: 'The overview.',
  PAYMENT_METHOD_UPDATE: 'Adding a payment method.',
  SUBSCRIPTION_CANCEL: 'Cancelling the subscription given.',
  SUBSCRIPTION_UPDATE: 'Changing the plan of the subscription given.',
});
export type PortalFlow = keyof typeof PortalFlow;

@InputType('PortalOpenInput', { description: 'Which page of the customer portal, and where it leads back to.' })
export class PortalOpenInput {
  @Field(() => HttpUrl, { nullable: true, description: 'Where the way back leads. Default: as set in Stripe.' })
  returnUrl?: string | null;

  @Field(() => PortalFlow, { nullable: true, description: 'Default: HOME.' })
  flow?: PortalFlow | null;

  @Field(() => ID, { nullable: true, description: 'The subscription to cancel or change.' })
  subscriptionId?: string | null;
}
