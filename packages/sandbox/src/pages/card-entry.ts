import { passesLuhn } from '../billing/payments/card-number.js';

/** What a person typed into a card form, by field name. */
export type Entries = Record<string, string>;

/** Something to put right; without a field it concerns the form as a whole. */
export interface Problem {
  field?: string;
  message: string;
}

export interface CardEntry {
  number: string;
  exp_month: number;
  exp_year: number;
  cvc: string;
  name: string;
  country: string;
}

/**
 * Reads the card fields of a form in Stripe's wording.
 * @param now seconds, by the clock that decides whether a card has expired
 */
export function readCard(entries: Entries, now: number): { card: CardEntry } | { problems: Problem[] } {
  const problems: Problem[] = [];
  const number = digitsOf(entries.number);
  if (!number) problems.push({ field: 'number', message: 'Enter your card number.' });
  else if (number.length < 13) problems.push({ field: 'number', message: 'Your card number is incomplete.' });
  else if (!passesLuhn(number)) problems.push({ field: 'number', message: 'Your card number is invalid.' });

  const [month, year] = readExpiry(entries.expiry ?? '');
  if (month === undefined || year === undefined) {
    problems.push({ field: 'expiry', message: "Your card's expiration date is incomplete." });
  } else if (month < 1 || month > 12) {
    problems.push({ field: 'expiry', message: "Your card's expiration month is invalid." });
  } else if (Date.UTC(year, month) / 1000 <= now) {
    problems.push({ field: 'expiry', message: "Your card's expiration date is in the past." });
  }

  const cvc = digitsOf(entries.cvc);
  if (cvc.length !== (/^3[47]/.test(number) ? 4 : 3)) {
    problems.push({ field: 'cvc', message: "Your card's security code is incomplete." });
  }
  const name = (entries.name ?? '').trim();
  if (!name) problems.push({ field: 'name', message: 'Enter the name on your card.' });

  if (problems.length > 0) return { problems };
  const country = /^[A-Z]{2}$/.test(entries.country ?? '') ? (entries.country as string) : 'US';
  return { card: { number, exp_month: month as number, exp_year: year as number, cvc, name, country } };
}

function digitsOf(text: string | undefined): string {
  return (text ?? '').replace(/\D/g, '');
}

function readExpiry(text: string): [number?, number?] {
  const match = /^\s*(\d{1,2})\s*[/ -]?\s*(\d{2}|\d{4})\s*$/.exec(text);
  if (!match) return [];
  const year = Number(match[2]);
  return [Number(match[1]), year < 100 ? 2000 + year : year];
}
