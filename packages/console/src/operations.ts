const money = 'minorUnits currency decimal';

export const plansAndAccount = /* GraphQL */ `
  query PlansAndAccount {
    plans {
      id key name description group rank
      features { key name limit }
      prices { id key currency currencies interval intervalCount usage trialDays
        default: unitAmount { decimal currency }
        eur: unitAmount(currency: "eur") { decimal currency }
        billingScheme
      }
      eligibility { action trialAvailable reason }
    }
    billingAccount {
      id
      owner { kind id }
      invoices(first: 6) { nodes { id number status createdAt hostedUrl total { ${money} } } }
      paymentMethods { id brand last4 expMonth expYear isDefault }
    }
  }
`;

export const statusFields = /* GraphQL */ `
  accountId version changedAt cause
  access { allowed state reason graceEndsAt features { key name allowed limit } }
  subscriptions {
    id status seats trialEndsAt currentPeriodEnd endsAt allowedActions
    plan { id key name group rank }
    price { id interval }
  }
  openInvoice { id hostedUrl amountRemaining { ${money} } }
  notices { kind severity dueAt }
`;

export const watchStatus = /* GraphQL */ `
  subscription WatchStatus { billingStatus { ${statusFields} } }
`;

const errors = 'userErrors { __typename code message }';

export const startCheckout = /* GraphQL */ `
  mutation StartCheckout($input: CheckoutStartInput!) {
    checkoutStart(input: $input) { nextAction { url } ${errors} }
  }
`;
export const cancelSubscription = /* GraphQL */ `
  mutation Cancel($id: ID!, $input: SubscriptionCancelInput!) {
    subscriptionCancel(id: $id, input: $input) { subscription { id } ${errors} }
  }
`;
export const keepSubscription = /* GraphQL */ `
  mutation Keep($id: ID!) { subscriptionKeep(id: $id) { subscription { id } ${errors} } }
`;
export const changePlan = /* GraphQL */ `
  mutation ChangePlan($id: ID!, $change: PlanChangeInput!) {
    subscriptionChangePlan(id: $id, change: $change) { subscription { id } nextAction { kind url } ${errors} }
  }
`;
export const openPortal = /* GraphQL */ `
  mutation OpenPortal($input: PortalOpenInput!) { portalOpen(input: $input) { nextAction { url } ${errors} } }
`;
export const refresh = /* GraphQL */ `
  mutation Refresh { billingRefresh { account { id } ${errors} } }
`;
