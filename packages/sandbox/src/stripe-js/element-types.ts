/** The Elements that the sandbox has, by the name that `elements.create()` takes. */
export const ELEMENT_TYPES = [
  'payment',
  'card',
  'cardNumber',
  'cardExpiry',
  'cardCvc',
  'address',
  'linkAuthentication',
  'expressCheckout',
] as const;
export type ElementType = (typeof ELEMENT_TYPES)[number];

/** Those that a payment can be confirmed with. */
export const PAYING_TYPES: readonly ElementType[] = ['payment', 'card', 'cardNumber'];

/** What the page tells a frame when it appears, and again when something of it changes. */
export interface FrameSetup {
  key: string;
  /** Frames of one `elements()` find each other by it. */
  group: string;
  elements: Record<string, unknown>;
  element: Record<string, unknown>;
}

/** A call of Stripe's API that the frame makes, because it adds what the page must not see. */
export interface CardCall {
  path: string;
  params: Record<string, unknown>;
  /** Where the card goes: into the request itself, or into its `payment_method_data`. */
  into: 'request' | 'payment_method_data';
}

export interface ValidationError {
  type: 'validation_error';
  code: string;
  message: string;
}
