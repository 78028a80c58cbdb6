import type { MethodGroup } from './context.js';

/** Embedded Checkout. */
export const embeddedCheckout: MethodGroup = () => ({});
