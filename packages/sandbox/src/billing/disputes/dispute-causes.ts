import type { StripeObjects } from '../../engine/objects.js';
import type { Aftermath } from '../payments/test-card-table.js';

type Dispute = StripeObjects['dispute'];
type CaseType = 'chargeback' | 'compliance' | 'inquiry';

/** What the cardholder claims, and what the network makes of it: https://docs.stripe.com/disputes/categories */
export interface Cause {
  reason: string;
  caseType: CaseType;
  networkCode: string;
  eligible: Dispute['enhanced_eligibility_types'];
  eligibility: Dispute['evidence_details']['enhanced_eligibility'];
}

const FRAUD: Cause = {
  reason: 'fraudulent',
  caseType: 'chargeback',
  networkCode: '10.4',
  eligible: [],
  eligibility: {},
};

const CAUSES: Record<Exclude<Aftermath, 'fraud_warning'>, Cause[]> = {
  fraudulent: [FRAUD],
  not_received: [{ ...FRAUD, reason: 'product_not_received', networkCode: '13.1' }],
  inquiry: [{ ...FRAUD, caseType: 'inquiry', networkCode: '10' }],
  several: [FRAUD, { ...FRAUD, reason: 'product_not_received', networkCode: '13.1' }],
  compelling_evidence: [
    {
      ...FRAUD,
      eligible: ['visa_compelling_evidence_3'],
      eligibility: {
        visa_compelling_evidence_3: {
          required_actions: ['missing_customer_identifiers', 'missing_prior_undisputed_transactions'],
          status: 'requires_action',
        },
      },
    },
  ],
  compliance: [
    {
      ...FRAUD,
      reason: 'noncompliant',
      caseType: 'compliance',
      networkCode: 'C1',
      eligible: ['visa_compliance'],
      eligibility: { visa_compliance: { status: 'requires_fee_acknowledgement' } },
    },
  ],
};

/** The disputes that a test card raises. */
export const causesOf = (aftermath: Exclude<Aftermath, 'fraud_warning'>): Cause[] => CAUSES[aftermath];
