import type { Stripe } from 'stripe';
import type { Owner } from '../../db/accounts.js';
import { type CustomerRow, stripeCustomers } from '../../db/tables/customers.js';
import { idOf, projector } from '../projector.js';

export const OWNER_METADATA = 'tollgate_owner';
export const ACCOUNT_METADATA = 'tollgate_account';

/** Customers say whose they are in metadata: ours under `tollgate_owner`, adopted ones under a key of the merchant's. */
export const customer = (ownerMetadata: string = OWNER_METADATA) =>
  projector<Stripe.Customer, CustomerRow>({
    type: 'customer',
    table: stripeCustomers,
    eventTypes: ['customer.created', 'customer.updated', 'customer.deleted'],
    goneTypes: ['customer.deleted'],
    deletable: true,
    fetch: async (ask, id) => {
      const value = await ask((sdk) => sdk.customers.retrieve(id));
      return value.deleted ? null : value;
    },
    complete: () => true,
    owned: ['discount', 'coupon', 'promotion_code', 'tax_id', 'cash_balance'],
    stripped: ['sources', 'subscriptions'],
    optional: ['tax_ids', 'cash_balance', 'tax', 'invoice_credit_balance', 'discount'],
    volatile: ['next_invoice_sequence'],
    customerOf: (payload) => payload.id,
    row: (payload) => ({
      owner: payload.metadata[OWNER_METADATA] || adopted(payload.metadata[ownerMetadata]),
      email: payload.email,
      name: payload.name ?? null,
      phone: payload.phone ?? null,
      address: payload.address ?? null,
      currency: payload.currency ?? null,
      defaultPaymentMethodId: idOf(payload.invoice_settings.default_payment_method),
      balance: payload.balance,
      delinquent: payload.delinquent ?? false,
      testClockId: idOf(payload.test_clock),
      metadata: payload.metadata,
      created: payload.created,
    }),
  });

// A merchant's own key may hold a bare user id.
const adopted = (value: string | undefined) => (value ? (ownerFrom(value) ? value : `user:${value}`) : null);

/** `user:<sub>` or `organization:<org>`; null for anything else. */
export function ownerFrom(text: string | null): Owner | null {
  const [, kind, id] = /^(user|organization):(.+)$/s.exec(text ?? '') ?? [];
  return id ? { kind: kind as Owner['kind'], id } : null;
}
