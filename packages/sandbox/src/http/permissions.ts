import { StripeError } from '../engine/errors.js';
import { type Access, type ApiKey, masked } from './api-keys.js';

/** What a restricted key can be allowed: the name on its page in the dashboard, Stripe's scope, the paths. */
interface Resource {
  name: string;
  scope: string;
  paths: RegExp;
}

const below = (...names: string[]) => new RegExp(`^/v1/(${names.join('|')})(/|$)`);

/**
 * The first that fits a path. Known from Stripe's own refusals: the names of customers, prices (`plan`), charges,
 * coupons, checkout sessions and webhook endpoints. Not established: the exact scopes of the rest.
 */
const RESOURCES: readonly Resource[] = [
  { name: 'Tax IDs', scope: 'tax_id', paths: below('tax_ids', 'customers/[^/]+/tax_ids') },
  {
    name: 'Payment Methods',
    scope: 'payment_method',
    paths: below('payment_methods', 'customers/[^/]+/payment_methods'),
  },
  { name: 'Entitlements', scope: 'entitlements', paths: below('entitlements', 'products/[^/]+/features') },
  { name: 'Account', scope: 'account', paths: below('account') },
  { name: 'Balance', scope: 'balance', paths: below('balance') },
  { name: 'Charges and Refunds', scope: 'charge', paths: below('charges', 'refunds') },
  { name: 'Checkout Sessions', scope: 'checkout_session', paths: below('checkout/sessions') },
  { name: 'Coupons', scope: 'coupon', paths: below('coupons') },
  { name: 'Credit Notes', scope: 'credit_note', paths: below('credit_notes') },
  { name: 'Customer Portal', scope: 'customer_portal', paths: below('billing_portal') },
  { name: 'Customer Session', scope: 'customer_session', paths: below('customer_sessions') },
  { name: 'Customers', scope: 'customer', paths: below('customers') },
  { name: 'Disputes', scope: 'dispute', paths: below('disputes') },
  { name: 'Events', scope: 'event', paths: below('events') },
  { name: 'Invoices', scope: 'invoice', paths: below('invoices', 'invoiceitems', 'invoice_payments') },
  {
    name: 'Meter Events',
    scope: 'billing_meter_event',
    paths: below('billing/meter_events', 'billing/meter_event_adjustments'),
  },
  { name: 'Meters', scope: 'billing_meter', paths: below('billing/meters') },
  { name: 'Payment Intents', scope: 'payment_intent', paths: below('payment_intents') },
  { name: 'Prices', scope: 'plan', paths: below('prices') },
  { name: 'Products', scope: 'product', paths: below('products') },
  { name: 'Radar', scope: 'radar', paths: below('radar') },
  { name: 'Promotion Codes', scope: 'promotion_code', paths: below('promotion_codes') },
  { name: 'Setup Intents', scope: 'setup_intent', paths: below('setup_intents') },
  {
    name: 'Subscriptions',
    scope: 'subscription',
    paths: below('subscriptions', 'subscription_items', 'subscription_schedules'),
  },
  { name: 'Test Clocks', scope: 'test_clock', paths: below('test_helpers/test_clocks') },
  { name: 'Webhook Endpoints', scope: 'webhook', paths: below('webhook_endpoints') },
];

/** Resources that a restricted key can be given access to. */
export const PERMISSIONS: readonly string[] = RESOURCES.map(({ name }) => name).sort();

/** 403 for a restricted key without the permission that the call needs: read for GET, else write, which includes read. */
export function requirePermission(key: ApiKey, method: string, path: string, account: string): void {
  if (key.permissions === null) return;
  const resource = RESOURCES.find(({ paths }) => paths.test(path));
  const whose = `The provided key '${masked(key.id, 6)}' does not have the required permissions for this endpoint on account '${account}'.`;
  if (!resource) {
    throw forbidden(
      `${whose} This is a restricted API key, but the required permissions are not available for use by restricted keys.`,
    );
  }
  const needed: Access = method === 'GET' ? 'read' : 'write';
  const granted = key.permissions[resource.name] ?? 'none';
  if (granted === 'write' || granted === needed) return;
  const what = `${resource.name} ${needed === 'read' ? 'Read' : 'Write'}`;
  throw forbidden(
    `Permission denied. ${whose} Enabling ${what} ('${resource.scope}_${needed}') permissions on this key would allow this request to continue. You can edit permissions at https://dashboard.stripe.com/${account}/test/apikeys`,
    'more_permissions_required',
  );
}

export const forbidden = (message: string, code?: string) =>
  new StripeError(403, { type: 'invalid_request_error', message, ...(code ? { code } : {}) }, { stored: false });
