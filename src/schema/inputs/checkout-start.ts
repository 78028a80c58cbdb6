import { Field, ID, InputType, Int } from 'type-graphql';
import { enumOf } from '../enum.js';
import { BillingInterval } from '../plan-price.js';
import { HttpUrl } from '../scalars.js';
import { planChoice } from './plan-choice.js';

export const CheckoutUiMode = enumOf('CheckoutUiMode', 'Where Checkout is shown.', {
  HOSTED: "On Stripe's page: answered with a URL to follow.",
  EMBEDDED: 'In your page: answered with a client secret to mount it with.',
});
export type CheckoutUiMode = keyof typeof CheckoutUiMode;

@InputType('CheckoutStartInput', { description: 'What is bought through Checkout, and where it leads back to.' })
export class CheckoutStartInput {
  @Field(() => ID, { nullable: true, description: planChoice.priceId })
  priceId?: string | null;

  @Field(() => String, { nullable: true, description: planChoice.priceKey })
  priceKey?: string | null;

  @Field(() => String, { nullable: true, description: planChoice.planKey })
  planKey?: string | null;

  @Field(() => BillingInterval, { nullable: true, description: planChoice.interval })
  interval?: BillingInterval | null;

  @Field(() => String, { nullable: true, description: planChoice.currency })
  currency?: string | null;

  @Field(() => Int, { nullable: true, description: planChoice.quantity })
  quantity?: number | null;

  @Field(() => CheckoutUiMode, { nullable: true, defaultValue: 'HOSTED', description: 'Hosted or embedded.' })
  uiMode?: CheckoutUiMode | null;

  @Field(() => HttpUrl, {
    nullable: true,
    description:
      'HOSTED: where the person is sent after paying. `{CHECKOUT_SESSION_ID}` in it is replaced by the session’s id.',
  })
  successUrl?: string | null;

  @Field(() => HttpUrl, { nullable: true, description: 'HOSTED: where the way back leads. Default: no way back.' })
  cancelUrl?: string | null;

  @Field(() => HttpUrl, { nullable: true, description: 'EMBEDDED: where the person is sent after paying.' })
  returnUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Language of the page as Stripe writes it, for example `de` or `pt-BR`. Default: the browser’s.',
  })
  locale?: string | null;
}
