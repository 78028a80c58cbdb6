import { passesLuhn } from '../../billing/payments/card-number.js';

/** What is wrong with an entry, in the words and with the codes of Stripe's own forms. */
export interface CardProblem {
  field: 'number' | 'expiry' | 'cvc';
  code: string;
  message: string;
}

/** The card as it was typed; what is not there is not checked. */
export interface TypedCard {
  number?: string;
  expiry?: string;
  cvc?: string;
}

/** No card is valid for longer than this many years from now. */
const LONGEST = 50;

/** @param now seconds, by the clock that decides whether a card has expired */
export function cardProblems({ number, expiry, cvc }: TypedCard, now: number): CardProblem[] {
  return [
    ...(number === undefined ? [] : numberProblems(digitsOf(number))),
    ...(expiry === undefined ? [] : expiryProblems(expiry, now)),
    ...(cvc === undefined || digitsOf(cvc).length === cvcLength(digitsOf(number))
      ? []
      : [problem('cvc', 'incomplete_cvc', "Your card's security code is incomplete.")]),
  ];
}

export function digitsOf(text: string | undefined): string {
  return (text ?? '').replace(/\D/g, '');
}

/** `MM / YY` or `MM/YYYY`; nothing for what is neither. */
export function readExpiry(text: string): { month: number; year: number } | undefined {
  const match = /^\s*(\d{1,2})\s*[/ -]?\s*(\d{2}|\d{4})\s*$/.exec(text);
  if (!match) return undefined;
  const year = Number(match[2]);
  return { month: Number(match[1]), year: year < 100 ? 2000 + year : year };
}

/** Digits of a card's security code. */
function cvcLength(digits: string): number {
  return isAmex(digits) ? 4 : 3;
}

function numberProblems(digits: string): CardProblem[] {
  const length = isAmex(digits) ? 15 : /^3[068]/.test(digits) ? 14 : 16;
  if (digits.length < Math.min(length, 13) || (digits.length < length && !passesLuhn(digits))) {
    return [problem('number', 'incomplete_number', 'Your card number is incomplete.')];
  }
  return passesLuhn(digits) ? [] : [problem('number', 'invalid_number', 'Your card number is invalid.')];
}

function expiryProblems(text: string, now: number): CardProblem[] {
  const date = readExpiry(text);
  if (!date) return [problem('expiry', 'incomplete_expiry', "Your card's expiration date is incomplete.")];
  if (date.month < 1 || date.month > 12) {
    return [problem('expiry', 'invalid_expiry_month', "Your card's expiration month is invalid.")];
  }
  const today = new Date(now * 1000).getUTCFullYear();
  if (date.year < today) {
    return [problem('expiry', 'invalid_expiry_year_past', "Your card's expiration year is in the past.")];
  }
  if (date.year > today + LONGEST) {
    return [problem('expiry', 'invalid_expiry_year', "Your card's expiration year is invalid.")];
  }
  if (Date.UTC(date.year, date.month) / 1000 <= now) {
    return [problem('expiry', 'invalid_expiry_month_past', "Your card's expiration date is in the past.")];
  }
  return [];
}

const isAmex = (digits: string) => /^3[47]/.test(digits);
const problem = (field: CardProblem['field'], code: string, message: string) => ({ field, code, message });
