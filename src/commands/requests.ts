import type { Viewer } from '../auth/viewer.js';
import type { BillingRefusal } from '../errors.js';

/** What every command is told beside its input. `null` viewers are turned away before. */
export interface CommandRequest<Input> {
  viewer: Viewer;
  /** An account's id or its owner (`user:<sub>`, `organization:<org>`); null: the viewer's own. */
  accountRef?: string | null | undefined;
  input: Input;
  idempotencyKey?: string | null | undefined;
}
/** The same for a command on one subscription. */
export interface SubscriptionRequest<Input> extends Omit<CommandRequest<Input>, 'accountRef'> {
  subscriptionId: string;
}

export interface NextStep {
  kind: 'REDIRECT' | 'CONFIRM_PAYMENT' | 'CONFIRM_SETUP';
  url?: string;
  intentId?: string;
  clientSecret?: string;
  customerId?: string;
  publishableKey?: string | null;
  /** Stripe's seconds. */
  expiresAt?: number | null;
}
export interface SubscriptionResult {
  subscriptionId: string | null;
  nextAction: NextStep | null;
  refusals: BillingRefusal[];
}
export interface CheckoutResult {
  sessionId: string | null;
  nextAction: NextStep | null;
  refusals: BillingRefusal[];
}

/** Stripe's words, lower-case, as the resolvers hand them over. */
export interface PlanInput {
  priceId?: string | null | undefined;
  priceKey?: string | null | undefined;
  planKey?: string | null | undefined;
  interval?: string | null | undefined;
  quantity?: number | null | undefined;
}
export interface StartInput extends PlanInput {
  currency?: string | null | undefined;
  paymentMethodId?: string | null | undefined;
  trial?: boolean | null | undefined;
}
export interface CheckoutInput extends PlanInput {
  currency?: string | null | undefined;
  uiMode?: 'HOSTED' | 'EMBEDDED' | null | undefined;
  successUrl?: string | null | undefined;
  cancelUrl?: string | null | undefined;
  returnUrl?: string | null | undefined;
  locale?: string | null | undefined;
}
export interface ChangeInput extends PlanInput {
  timing?: 'NOW' | 'AT_PERIOD_END' | null | undefined;
  prorationDate?: Date | null | undefined;
}
export interface CancelInput {
  timing?: 'NOW' | 'AT_PERIOD_END' | null | undefined;
  /** Stripe's word, e.g. `too_expensive` */
  feedback?: string | null | undefined;
  comment?: string | null | undefined;
}
export interface PortalInput {
  returnUrl?: string | null | undefined;
  flow?: 'HOME' | 'PAYMENT_METHOD_UPDATE' | 'SUBSCRIPTION_CANCEL' | 'SUBSCRIPTION_UPDATE' | null | undefined;
  subscriptionId?: string | null | undefined;
}
