import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import { UnitAmount } from '../schema/money.js';
import { PlanPrice, PriceTier } from '../schema/plan-price.js';
import type { PlanPriceView } from './views/plan.js';

const currencyText = 'ISO 4217 code. Default: the default currency of the price.';

@Resolver(() => PlanPrice)
export class PlanPrices {
  @FieldResolver(() => UnitAmount, {
    nullable: true,
    description: 'Price of one unit; null for tiered prices, and for a currency that the price is not offered in.',
  })
  unitAmount(
    @Root() price: PlanPriceView,
    @Arg('currency', () => String, { nullable: true, description: currencyText }) currency?: string | null,
  ) {
    return price.unitAmountIn(currency?.toLowerCase());
  }

  @FieldResolver(() => [PriceTier], { description: 'Its steps, lowest first; empty for prices without tiers.' })
  tiers(
    @Root() price: PlanPriceView,
    @Arg('currency', () => String, { nullable: true, description: currencyText }) currency?: string | null,
  ) {
    return price.tiersIn(currency?.toLowerCase());
  }
}
