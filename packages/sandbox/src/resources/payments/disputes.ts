import { bringAftermath } from '../../billing/disputes/aftermath.js';
import { closeDispute, decideDispute, expireDispute, updateDispute } from '../../billing/disputes/disputes.js';
import { EVIDENCE_TEXTS, type EvidenceGiven } from '../../billing/disputes/evidence.js';
import type { Kind } from '../../engine/kinds.js';
import { bool, emptyable, hash, metadata, type Param, range, str } from '../../http/params.js';
import { type ResourceModule, route } from '../../http/route.js';
import { listRoute, mergeMetadata, retrieveRoute } from '../../http/standard-routes.js';

const kind: Kind<'dispute'> = {
  object: 'dispute',
  prefix: 'du',
  indexes: { charge: ({ charge }) => charge, payment_intent: ({ payment_intent }) => payment_intent },
};

type Texts = Record<keyof EvidenceGiven, Param<string | null, false>>;
const evidence = hash(Object.fromEntries(EVIDENCE_TEXTS.map((name) => [name, emptyable(str(20_000))])) as Texts);

export const disputes: ResourceModule = {
  kinds: [kind],
  jobs: {
    'charge.aftermath': bringAftermath,
    'dispute.decide': decideDispute,
    'dispute.overdue': expireDispute,
  },
  routes: [
    retrieveRoute('GET /v1/disputes/:id', 'dispute'),
    listRoute(
      'GET /v1/disputes',
      'dispute',
      { charge: str(), created: range(), payment_intent: str() },
      {
        match: (dispute, { charge, payment_intent }) =>
          (charge === undefined || dispute.charge === charge) &&
          (payment_intent === undefined || dispute.payment_intent === payment_intent),
      },
    ),
    route('POST /v1/disputes/:id', { evidence, metadata: metadata(), submit: bool() }, ({ tx, ids, params }) => {
      const { metadata: before } = tx.require('dispute', ids.id as string);
      return updateDispute(tx, ids.id as string, {
        ...(params.evidence && { evidence: params.evidence }),
        ...(params.metadata !== undefined && { metadata: mergeMetadata(before, params.metadata) }),
        ...(params.submit !== undefined && { submit: params.submit }),
      });
    }),
    route('POST /v1/disputes/:id/close', {}, ({ tx, ids }) => closeDispute(tx, ids.id as string)),
  ],
};
