import type Stripe from 'stripe';
import { type CheckoutSession, planOf } from '../../billing/checkout/checkout-plan.js';
import type { Transaction } from '../../engine/transaction.js';
import { createCustomer, updateCustomer } from '../../resources/customers/customers.js';
import { createTaxId } from '../../resources/customers/tax-ids.js';
import { taxIdType } from '../tax-id-type.js';
import type { Payer } from './checkout-payer.js';

/** The session's customer, told what the page may tell; or a new one; null where none is made. */
export function customerFor(tx: Transaction, session: CheckoutSession, payer: Payer): string | null {
  const { email, name, address, phone, business_name, individual_name } = payer;
  const shipping = payer.shipping && { name: payer.shipping.name, address: payer.shipping.address };
  const names = { ...(business_name && { business_name }), ...(individual_name && { individual_name }) };
  const shown = individual_name ?? business_name ?? name;
  if (!session.customer) {
    if (!makesCustomer(tx, session, payer)) return null;
    const { id } = createCustomer(tx, {
      email,
      ...names,
      ...(shown && { name: shown }),
      ...(phone && { phone }),
      ...(address && { address }),
      ...(shipping && { shipping }),
    });
    addTaxId(tx, id, payer);
    return id;
  }
  const { customer_update } = planOf(tx, session.id);
  const known = tx.require('customer', session.customer as string, 'customer');
  const changes = {
    ...(!known.email && { email }),
    ...(phone && phone !== known.phone && { phone }),
    ...(customer_update.name === 'auto' && shown && { name: shown, ...names }),
    ...(customer_update.address === 'auto' && address && { address }),
    ...(customer_update.shipping === 'auto' && shipping && { shipping }),
  };
  if (Object.keys(changes).length > 0) updateCustomer(tx, known.id, changes);
  addTaxId(tx, known.id, payer);
  return known.id;
}

/** In payment mode only where something needs one: `customer_creation` is `if_required` by default. */
function makesCustomer(tx: Transaction, { id, mode, customer_creation }: CheckoutSession, { save }: Payer): boolean {
  if (customer_creation === 'always') return true;
  const { invoice, payment } = planOf(tx, id);
  return mode === 'payment' && (invoice !== null || payment.setup_future_usage !== undefined || save);
}

function addTaxId(tx: Transaction, customer: string, payer: Payer): void {
  const [taxId] = taxIdsOf(payer);
  if (taxId?.value) createTaxId(tx, customer, { type: taxId.type, value: taxId.value });
}

type TaxId = NonNullable<NonNullable<CheckoutSession['customer_details']>['tax_ids']>[number];

/** Of the type that businesses of the payer's country have. */
function taxIdsOf({ tax_id, address }: Payer): TaxId[] {
  if (!tax_id) return [];
  return [{ type: taxIdType(address?.country ?? 'US') as TaxId['type'], value: tax_id }];
}

export function detailsOf(tx: Transaction, id: string | null, payer: Payer): CheckoutSession['customer_details'] {
  const customer = id === null ? undefined : tx.get('customer', id);
  const address: Stripe.Address | null = payer.address;
  return {
    address,
    business_name: payer.business_name,
    email: customer?.email ?? payer.email,
    individual_name: payer.individual_name,
    name: (payer.individual_name ?? payer.business_name ?? payer.name) || customer?.name || null,
    phone: payer.phone,
    tax_exempt: customer?.tax_exempt ?? 'none',
    tax_ids: taxIdsOf(payer),
  };
}
