import type { StripeError } from '@stripe/stripe-js';
import type { CardCall, FrameSetup, ValidationError } from '../element-types.js';

type Hash = Record<string, unknown>;

/** What one kind of Element does inside its frame. */
export interface Panel {
  /** Called at the start and again whenever the page changes something; an error becomes `loaderror`. */
  apply(setup: FrameSetup): Promise<{ error?: StripeError }>;
  /** The members of the next `change` event. */
  state(): Hash;
  validate(): { error?: ValidationError };
  /** Beside what every panel has: what `ready` says. */
  ready?(): Hash;
  send?(call: CardCall): Promise<{ object?: unknown; error?: StripeError }>;
}
