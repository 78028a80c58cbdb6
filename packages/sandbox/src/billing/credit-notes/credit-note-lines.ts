import { invalidRequest, noSuch } from '../../engine/errors.js';
import { newId } from '../../engine/ids.js';
import type { StripeObjects } from '../../engine/objects.js';
import type { Transaction } from '../../engine/transaction.js';
import type { InvoiceLine } from '../invoices/invoice-lines.js';
import { share, unitTimes } from '../pricing/amounts.js';
import { money } from '../wording.js';
import { type CreditNoteLine, creditsOfLine } from './credited.js';

type Invoice = StripeObjects['invoice'];

export interface LineGiven {
  type: 'custom_line_item' | 'invoice_line_item';
  /** Minor units, before discounts. */
  amount?: number;
  description?: string;
  invoice_line_item?: string;
  metadata?: Record<string, string>;
  quantity?: number;
  unit_amount?: number;
  unit_amount_decimal?: string;
}

/** A line of a credit note. @param param where it is in the request */
export function creditLine(tx: Transaction, invoice: Invoice, given: LineGiven, param: string): CreditNoteLine {
  return given.type === 'custom_line_item' ? customLine(given, param) : lineOfInvoice(tx, invoice, given, param);
}

function customLine(given: LineGiven, param: string): CreditNoteLine {
  refuseMembers(given, ['amount', 'invoice_line_item'], param);
  const unit = given.unit_amount_decimal ?? given.unit_amount?.toString();
  if (unit === undefined || (given.unit_amount_decimal !== undefined && given.unit_amount !== undefined)) {
    throw invalidRequest('You must give one of unit_amount and unit_amount_decimal for a custom line item.', { param });
  }
  const quantity = given.quantity ?? 1;
  return {
    ...blank(unitTimes(unit, quantity), given),
    quantity,
    type: 'custom_line_item',
    unit_amount: Number.isInteger(Number(unit)) ? Number(unit) : null,
    unit_amount_decimal: unit,
  };
}

function lineOfInvoice(tx: Transaction, invoice: Invoice, given: LineGiven, param: string): CreditNoteLine {
  refuseMembers(given, ['description', 'unit_amount', 'unit_amount_decimal'], param);
  const id = given.invoice_line_item;
  const line = invoice.lines.data.find((each) => each.id === id);
  if (!line) throw noSuch('invoice line item', id ?? '', `${param}[invoice_line_item]`);
  const before = creditsOfLine(tx, invoice.id, line.id);
  const amount = given.quantity === undefined ? given.amount : amountOfUnits(line, before, given.quantity, param);
  if (amount === undefined || (given.quantity !== undefined && given.amount !== undefined)) {
    throw invalidRequest('You must give one of amount and quantity for an invoice line item.', { param });
  }
  if (before.some(({ quantity }) => (quantity === null) !== (given.quantity === undefined))) {
    // https://docs.stripe.com/invoicing/integration/programmatic-credit-notes: the two are not combined on a line.
    throw invalidRequest('A line that was credited by its quantity is not credited by an amount, nor the other way.', {
      param,
    });
  }
  const left = line.amount - sum(before);
  if (amount === 0 || amount / line.amount < 0 || Math.abs(amount) > Math.abs(left)) {
    const [wanted, rest] = [money(amount, invoice.currency), money(left, invoice.currency)];
    throw invalidRequest(`The amount of the line (${wanted}) is greater than what can be credited of it (${rest}).`, {
      param,
    });
  }
  return {
    ...blank(amount, given),
    ...partsOf(line, before, amount),
    description: line.description,
    invoice_line_item: line.id,
    quantity: given.quantity ?? null,
    type: 'invoice_line_item',
    ...unitOf(line, given.quantity),
  };
}

/** The whole quantity credits the whole amount, whatever the parts were rounded to. */
function amountOfUnits(line: InvoiceLine, before: CreditNoteLine[], quantity: number, param: string): number {
  const units = before.reduce((count, each) => count + (each.quantity ?? 0), 0);
  const all = line.quantity ?? 0;
  if (units + quantity > all) {
    throw invalidRequest(`The quantity is greater than the ${all - units} that can be credited.`, {
      param: `${param}[quantity]`,
    });
  }
  return share(line.amount, units + quantity, all) - sum(before);
}

/** The line's discounts and taxes in proportion; together all credits of a line give back exactly its own. */
function partsOf(line: InvoiceLine, before: CreditNoteLine[], amount: number) {
  const [upTo, all] = [Math.abs(sum(before) + amount), Math.abs(line.amount)];
  const discounts = (line.discount_amounts ?? []).map(({ amount: whole, discount }) => {
    const given = before.flatMap((each) => each.discount_amounts.filter((part) => part.discount === discount));
    return { amount: share(whole, upTo, all) - sum(given), discount };
  });
  const taxes = (line.taxes ?? []).map((tax, at) => {
    const given = before.flatMap((each) => each.taxes?.[at] ?? []);
    const taxed = given.reduce((total, { taxable_amount }) => total + (taxable_amount ?? 0), 0);
    return {
      ...tax,
      amount: share(tax.amount, upTo, all) - sum(given),
      taxable_amount: tax.taxable_amount === null ? null : share(tax.taxable_amount, upTo, all) - taxed,
    };
  });
  return {
    discount_amount: sum(discounts),
    discount_amounts: discounts,
    pretax_credit_amounts: discounts.map((each) => ({ ...each, type: 'discount' as const })),
    taxes,
  };
}

function unitOf(line: InvoiceLine, quantity: number | undefined) {
  const unit = line.pricing?.unit_amount_decimal ?? null;
  if (quantity === undefined || unit === null) return { unit_amount: null, unit_amount_decimal: null };
  return { unit_amount: Number.isInteger(Number(unit)) ? Number(unit) : null, unit_amount_decimal: unit };
}

function blank(amount: number, given: LineGiven): CreditNoteLine {
  return {
    id: newId('cnli'),
    object: 'credit_note_line_item',
    amount,
    description: given.description ?? null,
    discount_amount: 0,
    discount_amounts: [],
    livemode: false,
    metadata: given.metadata ?? {},
    pretax_credit_amounts: [],
    quantity: null,
    tax_rates: [],
    taxes: [],
    type: given.type,
    unit_amount: null,
    unit_amount_decimal: null,
  };
}

function refuseMembers(given: LineGiven, members: (keyof LineGiven)[], param: string): void {
  const member = members.find((each) => given[each] !== undefined);
  if (!member) return;
  throw invalidRequest(`${member} is not valid for a credit note line of the type ${given.type}.`, {
    param: `${param}[${member}]`,
  });
}

export const sum = (parts: readonly { amount: number }[]) => parts.reduce((total, { amount }) => total + amount, 0);
