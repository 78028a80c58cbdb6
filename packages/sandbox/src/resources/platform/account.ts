import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { type ResourceModule, route } from '../../http/route.js';

export const ACCOUNT_ID = 'acct_1SandboxTollgate';

/** The one account that every key of the sandbox belongs to. */
const account = {
  id: ACCOUNT_ID,
  object: 'account',
  business_profile: {
    mcc: '5734',
    minority_owned_business_designation: null,
    name: MERCHANT_NAME,
    support_address: null,
    support_email: null,
    support_phone: null,
    support_url: null,
    url: null,
    specified_commercial_transactions_act_url: null,
  },
  business_type: 'company',
  capabilities: { card_payments: 'active', transfers: 'active' },
  charges_enabled: true,
  country: 'US',
  created: 1_735_689_600,
  default_currency: 'usd',
  details_submitted: true,
  email: 'billing@example.com',
  metadata: {},
  payouts_enabled: true,
  type: 'standard',
};

export const accounts: ResourceModule = {
  routes: [
    route('GET /v1/account', {}, () => account),
    route('GET /v1/balance', {}, () => ({
      object: 'balance',
      available: [{ amount: 0, currency: 'usd', source_types: { card: 0 } }],
      livemode: false,
      pending: [{ amount: 0, currency: 'usd', source_types: { card: 0 } }],
    })),
  ],
};
