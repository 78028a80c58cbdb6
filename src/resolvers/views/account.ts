import type { LoadedAccount } from '../../db/reads/rows.js';
import type { BillingAccount } from '../../schema/billing-account.js';

export class AccountView implements Omit<BillingAccount, 'access'> {
  readonly __typename = 'BillingAccount';
  /** @param path tells apart what was loaded for this account and for itself seen from elsewhere */
  constructor(
    readonly row: LoadedAccount,
    readonly path = '',
  ) {}

  get id() {
    return this.row.id;
  }
  get owner() {
    return { kind: this.row.ownerKind === 'organization' ? 'ORGANIZATION' : 'USER', id: this.row.ownerId } as const;
  }
  get email() {
    return this.row.customer?.email ?? this.row.email;
  }
  get currency() {
    return this.row.customer?.currency ?? null;
  }
  get billingDetails() {
    const { name = null, email = null, phone = null, address = null } = this.row.customer ?? {};
    const { postal_code: postalCode, ...lines } = address ?? {};
    return {
      name,
      email,
      phone,
      address: address === null ? null : { ...noLines, ...lines, postalCode: postalCode ?? null },
    };
  }
  get trialUsed() {
    return this.row.hadTrial;
  }
  get syncedAt() {
    return this.row.syncedAt;
  }
}
const noLines = { line1: null, line2: null, city: null, state: null, country: null };

export const accessReads = ['status', 'secondsToTransition'];
export const accountReads = {
  id: ['id'],
  owner: ['ownerKind', 'ownerId'],
  email: ['email', 'customer.email'],
  currency: ['customer.currency'],
  access: accessReads,
  billingDetails: ['customer.name', 'customer.email', 'customer.phone', 'customer.address'],
  trialUsed: ['hadTrial'],
  syncedAt: ['syncedAt'],
};
