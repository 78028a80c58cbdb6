import type { Kind } from '../../engine/kinds.js';
import { range, str } from '../../http/params.js';
import type { ResourceModule } from '../../http/route.js';
import { listRoute, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'radar.early_fraud_warning'> = {
  object: 'radar.early_fraud_warning',
  prefix: 'issfr',
  noun: 'early fraud warning',
  indexes: { charge: ({ charge }) => charge, payment_intent: ({ payment_intent }) => payment_intent },
};

export const earlyFraudWarnings: ResourceModule = {
  kinds: [kind],
  routes: [
    retrieveRoute('GET /v1/radar/early_fraud_warnings/:id', 'radar.early_fraud_warning'),
    listRoute(
      'GET /v1/radar/early_fraud_warnings',
      'radar.early_fraud_warning',
      { charge: str(), created: range(), payment_intent: str() },
      {
        match: (warning, { charge, payment_intent }) =>
          (charge === undefined || warning.charge === charge) &&
          (payment_intent === undefined || warning.payment_intent === payment_intent),
      },
    ),
  ],
};
