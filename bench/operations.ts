/** What is measured, as clients would ask it. */
export const operations = {
  plans: `query Plans {
  plans {
    id key name description group rank
    features { key name limit }
    prices {
      id key currency interval intervalCount usage
      unitAmount { minorUnits currency decimal }
      tiers { upTo unitAmount { minorUnits decimal } }
    }
  }
}`,
  viewer: `query Viewer {
  billingAccount {
    id
    subscriptions(first: 1) {
      nodes {
        id status startedAt
        items {
          id quantity
          price { id key interval unitAmount { currency decimal } }
          plan { id key name }
        }
      }
    }
    invoices(first: 10) {
      nodes {
        id number status createdAt hostedUrl
        total { currency decimal }
        amountRemaining { currency decimal }
      }
    }
  }
}`,
} as const;
export type OperationName = keyof typeof operations;

export const tokenSecret = 'a secret that only benchmarks know about';
