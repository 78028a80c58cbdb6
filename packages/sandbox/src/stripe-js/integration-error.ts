/** What Stripe.js throws when the page uses it wrongly, as opposed to what it resolves with when a payment fails. */
export class IntegrationError extends Error {
  override readonly name = 'IntegrationError';
}
