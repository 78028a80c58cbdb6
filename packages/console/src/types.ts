export interface Amount {
  decimal: string;
  currency: string;
}
export interface Price {
  id: string;
  key: string | null;
  currency: string;
  currencies: string[];
  interval: string;
  intervalCount: number;
  usage: 'LICENSED' | 'METERED' | 'UNKNOWN';
  billingScheme: string;
  trialDays: number | null;
  default: Amount | null;
  eur: Amount | null;
}
export interface Plan {
  id: string;
  key: string;
  name: string;
  description: string | null;
  group: string;
  rank: number;
  features: { key: string; name: string; limit: string | null }[];
  prices: Price[];
  eligibility: { action: string; trialAvailable: boolean; reason: string | null } | null;
}
export interface Invoice {
  id: string;
  number: string | null;
  status: string;
  createdAt: string;
  hostedUrl: string | null;
  total: Amount;
}
export interface PaymentMethod {
  id: string;
  brand: string | null;
  last4: string | null;
  expMonth: number | null;
  expYear: number | null;
  isDefault: boolean;
}
export interface Account {
  id: string;
  owner: { kind: string; id: string };
  invoices: { nodes: Invoice[] };
  paymentMethods: PaymentMethod[];
}
export interface Subscription {
  id: string;
  status: string;
  seats: number | null;
  trialEndsAt: string | null;
  currentPeriodEnd: string | null;
  endsAt: string | null;
  allowedActions: string[];
  plan: { id: string; key: string; name: string; group: string; rank: number } | null;
  price: { id: string; interval: string } | null;
}
export interface Status {
  accountId: string;
  version: number;
  changedAt: string;
  cause: string;
  access: {
    allowed: boolean;
    state: string;
    reason: string | null;
    graceEndsAt: string | null;
    features: { key: string; name: string; allowed: boolean; limit: string | null }[];
  };
  subscriptions: Subscription[];
  openInvoice: { id: string; hostedUrl: string | null; amountRemaining: Amount } | null;
  notices: { kind: string; severity: string; dueAt: string | null }[];
}
export interface UserError {
  code: string;
  message: string;
}
