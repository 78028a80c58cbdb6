import type { BillingAccountRow } from '../tables/accounts.js';
import type { CustomerRow } from '../tables/customers.js';
import type { InvoiceRow, StoredInvoiceLine } from '../tables/invoices.js';
import type { PaymentMethodRow } from '../tables/payment-methods.js';
import type { SubscriptionItemRow, SubscriptionRow } from '../tables/subscriptions.js';

/** As JSON carries it: timestamps are seconds since 1970. */
type Loaded<Row> = {
  [Column in keyof Row]: Row[Column] extends Date
    ? number
    : Row[Column] extends Date | null
      ? number | null
      : Row[Column];
};

// A loaded row has the columns and relations that were asked for, and no others.
export type LoadedItem = Loaded<SubscriptionItemRow> & { usageType: string | null; group: string | null };
export type LoadedInvoice = Loaded<InvoiceRow>;
export type LoadedInvoiceLine = StoredInvoiceLine & { position: number };
export type LoadedPaymentMethod = Loaded<PaymentMethodRow> & { isDefault: boolean; stripeNow: number };
export type LoadedSubscription = Loaded<SubscriptionRow> & {
  items: LoadedItem[];
  latestInvoice: LoadedInvoice | null;
};
export type LoadedAccount = Loaded<BillingAccountRow> & {
  /** Of any subscription of the account, ended ones included. */
  hadTrial: boolean;
  /** Until time alone may change the status; null when it cannot. */
  secondsToTransition: number | null;
  customer: Loaded<CustomerRow> | null;
};
export type LoadedRow = Record<string, unknown>;
