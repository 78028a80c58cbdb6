import { choiceWay, choosePlan, type PlanChoice, type PlanChoiceInput, trialDaysOf } from '../access/plan-choice.js';
import { isRefused } from '../access/ruling.js';
import { plansMeantBy } from '../db/catalogue-choice.js';
import type { CustomerStanding } from '../db/command-reads.js';
import type { Queryable } from '../db/connect.js';
import { refusalOfRule } from './refusals.js';
import type { PlanInput } from './requests.js';

/** The chosen price and what comes along, from the mirrored catalogue; refuses with the rules' codes. */
export async function chosenPlan(
  q: Queryable,
  input: PlanInput & { currency?: string | null | undefined },
  lockedCurrency: string | null,
  argument: 'input' | 'change' = 'input',
): Promise<PlanChoice> {
  const wish: PlanChoiceInput = { ...input, interval: input.interval?.toLowerCase() ?? null };
  const way = choiceWay(wish);
  const choice = isRefused(way) ? way : choosePlan(wish, await plansMeantBy(q, wish), lockedCurrency);
  if (isRefused(choice)) throw refusalOfRule(choice, argument);
  return choice;
}

/** Stripe's items of a choice: the price, and the metered prices along with it. */
export function itemsOf({ price, quantity, companions }: PlanChoice): { price: string; quantity?: number }[] {
  const base = quantity === null ? { price: price.id } : { price: price.id, quantity };
  return [base, ...companions.map(({ id }) => ({ price: id }))];
}

/** The trial to start with, as Stripe's parameters; none where it was used or is not wanted. */
export function trialOf(choice: PlanChoice, wanted: boolean, { trialUsed }: CustomerStanding) {
  const days = trialDaysOf(choice, { wanted, used: trialUsed });
  if (days === null) return null;
  return {
    trial_period_days: days,
    // A trial that nobody gave a card for ends; it must not turn into a debt.
    trial_settings: { end_behavior: { missing_payment_method: 'cancel' as const } },
  };
}
