import { type ChangeableSubscription, planChangeRefusal } from './plan-change.js';
import { isEnded } from './subscription-end.js';

export type EligiblePlanAction = 'START' | 'UPGRADE' | 'DOWNGRADE' | 'SWITCH' | 'CURRENT' | 'RESUME' | 'UNAVAILABLE';

export interface OfferedPlan {
  /** The product. */
  id: string;
  group: string;
  rank: number;
  /** Currencies in which a licensed price of it can be bought. */
  currencies: readonly string[];
  hasTrial: boolean;
}
/** A subscription by its base item. */
export interface HeldPlan extends Omit<ChangeableSubscription, 'items' | 'currency'> {
  endsAt: number | null;
  productId: string;
  group: string | null;
  /** Null while the product is not mirrored. */
  rank: number | null;
}
export interface Eligibility {
  action: EligiblePlanAction;
  trialAvailable: boolean;
  reason: string | null;
}

/** What an account that holds these plans may do with the offered one. `currency` is the account's, once locked. */
export function planEligibility(
  plan: OfferedPlan,
  account: { held: readonly HeldPlan[]; currency: string | null; hadTrial: boolean },
): Eligibility {
  const answer = (action: EligiblePlanAction, reason: string | null = null): Eligibility => ({
    action,
    trialAvailable: action === 'START' && plan.hasTrial && !account.hadTrial,
    reason,
  });

  const held = account.held.find(
    ({ status, group }) => group === plan.group && !isEnded(status) && status !== 'incomplete',
  );
  if (held?.productId === plan.id) {
    return answer(held.status === 'paused' || held.endsAt !== null ? 'RESUME' : 'CURRENT');
  }
  if (plan.currencies.length === 0) return answer('UNAVAILABLE', 'The plan has no price that can be bought.');
  if (account.currency !== null && !plan.currencies.includes(account.currency)) {
    return answer(
      'UNAVAILABLE',
      `The plan has no price in ${account.currency.toUpperCase()}, which the account pays in.`,
    );
  }
  if (!held) return answer('START');
  const refusal = planChangeRefusal({ ...held, items: [], currency: null });
  if (refusal) return answer('UNAVAILABLE', refusal.message);
  if (held.rank === null || held.rank === plan.rank) return answer('SWITCH');
  return answer(plan.rank > held.rank ? 'UPGRADE' : 'DOWNGRADE');
}
