import { type CancellableSubscription, cancelStep, keepStep } from './cancellation.js';
import { type ChangeableSubscription, planChangeRefusal } from './plan-change.js';
import { isRefused } from './ruling.js';
import { isEnded } from './subscription-end.js';

export type AllowedAction = 'CHANGE_PLAN' | 'CANCEL' | 'KEEP' | 'CONFIRM_PAYMENT';
type ActionFacts = CancellableSubscription & Omit<ChangeableSubscription, 'items' | 'currency'>;

/** The commands that would not be refused now, by the rules that the commands themselves ask. Grows with them. */
export function allowedActions(subscription: ActionFacts): AllowedAction[] {
  const actions: AllowedAction[] = [];
  if (isEnded(subscription.status)) return actions;
  if (subscription.status === 'incomplete') actions.push('CONFIRM_PAYMENT');
  if (planChangeRefusal({ ...subscription, items: [], currency: null }) === null) actions.push('CHANGE_PLAN');
  const cancelled = cancelStep(subscription, 'NOW');
  if (!isRefused(cancelled)) actions.push('CANCEL');
  if (!isRefused(keepStep(subscription))) actions.push('KEEP');
  return actions;
}
