/** How the inputs that choose a plan describe their common fields. */
export const planChoice = {
  priceId: "Stripe's price id. Give one of `priceId`, `priceKey`, or `planKey` with `interval`.",
  priceKey: "The price's key, `PlanPrice.key`.",
  planKey: "The plan's key, `Plan.key`; needs `interval`.",
  interval: 'How often it is charged; with `planKey`.',
  currency: 'ISO 4217. Default: the currency that the account is billed in, else the price’s own.',
  quantity: 'Seats. Default 1. Not for prices charged by use.',
};
