import type { StripeObjects } from '../../engine/objects.js';

type Evidence = StripeObjects['dispute']['evidence'];

/** What can be said in words. Documents are files, which the sandbox does not keep. */
export const EVIDENCE_TEXTS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_tracking_number',
  'uncategorized_text',
] as const;

export type EvidenceGiven = Partial<Record<(typeof EVIDENCE_TEXTS)[number], string | null>>;

export const NO_EVIDENCE: Evidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  enhanced_evidence: {},
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
};

/** How a bank decides by Stripe's test texts; undefined while it thinks: https://docs.stripe.com/testing#evidence */
export function verdictOf({ uncategorized_text }: Evidence): 'won' | 'lost' | 'escalated' | undefined {
  if (uncategorized_text === 'winning_evidence') return 'won';
  if (uncategorized_text === 'losing_evidence') return 'lost';
  return uncategorized_text === 'escalate_inquiry_evidence' ? 'escalated' : undefined;
}
