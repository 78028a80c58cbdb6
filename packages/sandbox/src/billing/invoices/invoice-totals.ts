import type { StripeObjects } from '../../engine/objects.js';
import type { InvoiceLine } from './invoice-lines.js';

type Invoice = StripeObjects['invoice'];

/** The least that Stripe charges, in minor units: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts */
const MINIMUM_CHARGE: Record<string, number> = {
  aud: 50,
  brl: 50,
  cad: 50,
  chf: 50,
  czk: 1500,
  dkk: 250,
  eur: 50,
  gbp: 30,
  hkd: 400,
  huf: 17500,
  inr: 50,
  jpy: 50,
  mxn: 1000,
  nok: 300,
  nzd: 50,
  pln: 200,
  sek: 300,
  sgd: 50,
  usd: 50,
};

export type Totals = Pick<
  Invoice,
  | 'amount_due'
  | 'amount_remaining'
  | 'ending_balance'
  | 'starting_balance'
  | 'subtotal'
  | 'subtotal_excluding_tax'
  | 'total'
  | 'total_discount_amounts'
  | 'total_excluding_tax'
  | 'total_pretax_credit_amounts'
  | 'total_taxes'
>;

/**
 * The sums of an unpaid invoice. `startingBalance` is the customer's: negative is credit, positive is owed. It always
 * holds that `total + starting_balance = amount_due + ending_balance`; what is too little to charge stays in the balance.
 * A draft has not moved the balance yet: its `ending_balance` is null.
 */
export function invoiceTotals(
  lines: readonly InvoiceLine[],
  currency: string,
  startingBalance: number,
  final: boolean,
): Totals {
  const subtotal = sum(lines.map(({ amount }) => amount));
  const byDiscount = new Map<string, number>();
  for (const { amount, discount } of lines.flatMap((line) => line.discount_amounts ?? [])) {
    byDiscount.set(discount, (byDiscount.get(discount) ?? 0) + amount);
  }
  const discounts = [...byDiscount].map(([discount, amount]) => ({ amount, discount }));
  const total = subtotal - sum([...byDiscount.values()]);
  const owed = total + startingBalance;
  const amount_due = owed < (MINIMUM_CHARGE[currency] ?? 1) ? 0 : owed;
  return {
    amount_due,
    amount_remaining: amount_due,
    ending_balance: final ? owed - amount_due : null,
    starting_balance: startingBalance,
    subtotal,
    subtotal_excluding_tax: subtotal,
    total,
    total_discount_amounts: discounts,
    total_excluding_tax: total,
    total_pretax_credit_amounts: discounts.map((each) => ({ ...each, type: 'discount' as const })),
    total_taxes: [],
  };
}

const sum = (amounts: number[]) => amounts.reduce((total, amount) => total + amount, 0);
