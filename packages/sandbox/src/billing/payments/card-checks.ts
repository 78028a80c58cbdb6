import type { StripeObjects } from '../../engine/objects.js';
import type { TestCard } from './test-card-table.js';

type PaymentMethod = StripeObjects['payment_method'];
type Checks = NonNullable<NonNullable<PaymentMethod['card']>['checks']>;

/** What the issuer finds when it is asked about a card: of what was not entered it says nothing. */
export function issuerChecks(card: TestCard, { billing_details }: PaymentMethod, cvcGiven: boolean): Checks {
  const { line1, postal_code } = billing_details.address ?? {};
  return {
    address_line1_check: line1 ? (card.checks?.line1 ?? 'pass') : null,
    address_postal_code_check: postal_code ? (card.checks?.postalCode ?? 'pass') : null,
    cvc_check: cvcGiven ? (card.checks?.cvc ?? 'pass') : null,
  };
}
