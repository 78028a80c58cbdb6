import { Field, InputType } from 'type-graphql';
import { enumOf } from '../enum.js';
import { HttpUrl } from '../scalars.js';
import { PlanStartInput } from './plan-choice.js';

export const CheckoutUiMode = enumOf('CheckoutUiMode', 'Where Checkout is shown.', {
  HOSTED: "On Stripe's page: answered with a URL to follow.",
  EMBEDDED: 'In your page: answered with a client secret to mount it with.',
});
export type CheckoutUiMode = keyof typeof CheckoutUiMode;

@InputType('CheckoutStartInput', { description: 'What is bought through Checkout, and where it leads back to.' })
export class CheckoutStartInput extends PlanStartInput {
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
