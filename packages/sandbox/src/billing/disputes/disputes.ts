import { invalidRequest } from '../../engine/errors.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import { clockOf } from '../payments/charges.js';
import type { Cause } from './dispute-causes.js';
import { reinstatement, withdrawal } from './dispute-funds.js';
import { type EvidenceGiven, NO_EVIDENCE, verdictOf } from './evidence.js';
import { answerFraudWarnings } from './fraud-warnings.js';

export type Dispute = StripeObjects['dispute'];
type Charge = StripeObjects['charge'];

const DAY = 86_400;
/** Until when a response is expected; networks give between 7 and 21 days. Not established: Stripe's in test mode. */
const DAYS_TO_RESPOND = 20;
/** An inquiry that does not become a dispute ends: https://docs.stripe.com/disputes/how-disputes-work#inquiries */
const DAYS_OF_INQUIRY = 120;
/** Seconds that a bank takes in test mode. */
const BANK_DECIDES_AFTER = 5;

const OPEN: string[] = ['needs_response', 'warning_needs_response'];
const isInquiry = ({ status }: Dispute) => status.startsWith('warning_');

/** The cardholder disputes `amount` (minor units) of a charge. A chargeback takes the money away, an inquiry does not. */
export function raiseDispute(tx: Transaction, charge: Charge, cause: Cause, amount: number): Dispute {
  const clock = clockOf(tx, charge);
  const created = tx.now(clock);
  const inquiry = cause.caseType === 'inquiry';
  const due_by = (Math.floor(created / DAY) + DAYS_TO_RESPOND + 1) * DAY - 1;
  const brand = charge.payment_method_details?.card?.brand ?? 'visa';
  const dispute = tx.put('dispute', {
    id: tx.newId('dispute'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created,
    currency: charge.currency,
    enhanced_eligibility_types: cause.eligible,
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by,
      enhanced_eligibility: cause.eligibility,
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: { brand, case_type: cause.caseType, network: brand, network_reason_code: cause.networkCode },
      type: 'card',
    },
    reason: cause.reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  });
  const disputed = tx.patch('charge', charge.id, { disputed: true });
  tx.schedule('dispute.overdue', dispute.id, inquiry ? created + DAYS_OF_INQUIRY * DAY : due_by, clock);
  tx.emit('charge.dispute.created', dispute);
  answerFraudWarnings(tx, disputed);
  return inquiry ? dispute : withdrawFunds(tx, dispute, clock);
}

export interface DisputeChange {
  evidence?: EvidenceGiven;
  metadata?: Record<string, string>;
  submit?: boolean;
}

/** Keeps evidence, and gives it to the bank unless `submit` is false. @throws 400 once it was given or time is over */
export function updateDispute(tx: Transaction, id: string, change: DisputeChange): Dispute {
  const before = tx.require('dispute', id);
  const submits = change.submit ?? change.evidence !== undefined;
  if ((submits || change.evidence) && !OPEN.includes(before.status)) {
    throw invalidRequest(`Evidence cannot be given for this dispute: its status is ${before.status}.`);
  }
  const evidence = { ...before.evidence, ...change.evidence };
  const { evidence_details: details } = before;
  const has_evidence = Object.values(evidence).some((value) => typeof value === 'string' && value !== '');
  const after = tx.patch('dispute', id, {
    evidence,
    evidence_details: {
      ...details,
      has_evidence,
      ...(submits && { submission_count: details.submission_count + 1, submission_method: 'manual' as const }),
    },
    ...(change.metadata && { metadata: change.metadata }),
    ...(submits && { status: isInquiry(before) ? 'warning_under_review' : 'under_review' }),
  });
  if (submits) {
    // Evidence of any other wording stays under review, as at Stripe, where nobody decides about it in test mode.
    if (verdictOf(evidence)) tx.schedule('dispute.decide', id, tx.now() + BANK_DECIDES_AFTER);
    if (!isInquiry(before)) tx.unschedule('dispute.overdue', id);
  }
  tx.emit('charge.dispute.updated', after);
  return after;
}

/** Accepts a dispute as lost. */
export function closeDispute(tx: Transaction, id: string): Dispute {
  const { status } = tx.require('dispute', id);
  if (status !== 'needs_response') {
    throw invalidRequest(`Only disputes that need a response can be closed: this one's status is ${status}.`);
  }
  return conclude(tx, id, 'lost');
}

/** The bank has read the evidence. */
export function decideDispute(tx: Transaction, id: string): void {
  const dispute = tx.get('dispute', id);
  const verdict = dispute && verdictOf(dispute.evidence);
  if (!dispute || !verdict) return;
  if (dispute.status === 'under_review') conclude(tx, id, verdict === 'won' ? 'won' : 'lost');
  if (dispute.status !== 'warning_under_review') return;
  if (verdict === 'escalated') escalate(tx, dispute);
  else conclude(tx, id, 'warning_closed');
}

/** Nobody responded in time; an inquiry is over without harm. */
export function expireDispute(tx: Transaction, id: string): void {
  const dispute = tx.get('dispute', id);
  if (!dispute) return;
  if (dispute.status === 'needs_response') conclude(tx, id, 'lost');
  else if (dispute.status === 'warning_needs_response' || dispute.status === 'warning_under_review') {
    conclude(tx, id, 'warning_closed');
  }
}

/** Who has got all of the money back asks no more. */
export function closeRefundedInquiries(tx: Transaction, charge: Charge): void {
  if (!charge.refunded) return;
  for (const dispute of tx.where('dispute', 'charge', charge.id)) {
    if (isInquiry(dispute) && dispute.status !== 'warning_closed') conclude(tx, dispute.id, 'warning_closed');
  }
}

function conclude(tx: Transaction, id: string, status: 'won' | 'lost' | 'warning_closed'): Dispute {
  tx.unschedule('dispute.overdue', id);
  tx.unschedule('dispute.decide', id);
  // Not established: whether a won chargeback makes its charge refundable again; here it does not.
  const closed = tx.patch('dispute', id, { status, is_charge_refundable: false });
  const clock = clockOf(tx, tx.require('charge', closed.charge));
  tx.emit('charge.dispute.closed', closed);
  if (status !== 'won') return closed;
  const paid = tx.patch('dispute', id, {
    balance_transactions: [...closed.balance_transactions, reinstatement(closed, tx.now(clock))],
  });
  tx.emit('charge.dispute.funds_reinstated', paid);
  return paid;
}

/** An inquiry becomes a chargeback of what was not refunded meanwhile. */
function escalate(tx: Transaction, inquiry: Dispute): void {
  const charge = tx.require('charge', inquiry.charge);
  const clock = clockOf(tx, charge);
  const created = tx.now(clock);
  const due_by = (Math.floor(created / DAY) + DAYS_TO_RESPOND + 1) * DAY - 1;
  const escalated = tx.edit('dispute', inquiry.id, (draft) => {
    draft.status = 'needs_response';
    draft.amount = charge.amount_captured - charge.amount_refunded;
    draft.is_charge_refundable = false;
    draft.evidence = NO_EVIDENCE;
    draft.evidence_details = {
      ...draft.evidence_details,
      due_by,
      has_evidence: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    };
    const { card } = draft.payment_method_details ?? {};
    if (card) {
      card.case_type = 'chargeback';
      card.network_reason_code = '10.4';
    }
  });
  tx.schedule('dispute.overdue', inquiry.id, due_by, clock);
  tx.emit('charge.dispute.updated', escalated);
  withdrawFunds(tx, escalated, clock);
}

function withdrawFunds(tx: Transaction, dispute: Dispute, clock: string | null): Dispute {
  const taken = tx.patch('dispute', dispute.id, {
    balance_transactions: [...dispute.balance_transactions, withdrawal(dispute, tx.now(clock))],
  });
  tx.emit('charge.dispute.funds_withdrawn', taken);
  return taken;
}
