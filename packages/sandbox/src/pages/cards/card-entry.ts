import { cardProblems, digitsOf, readExpiry } from './card-problems.js';

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
  const number = digitsOf(entries.number);
  const typed = { number, expiry: entries.expiry ?? '', cvc: entries.cvc ?? '' };
  const problems: Problem[] = cardProblems(typed, now).map(({ field, message }) => ({
    field,
    message: field === 'number' && number === '' ? 'Enter your card number.' : message,
  }));
  const name = (entries.name ?? '').trim();
  if (!name) problems.push({ field: 'name', message: 'Enter the name on your card.' });

  const expiry = readExpiry(typed.expiry);
  if (problems.length > 0 || !expiry) return { problems };
  const country = /^[A-Z]{2}$/.test(entries.country ?? '') ? (entries.country as string) : 'US';
  const { month: exp_month, year: exp_year } = expiry;
  return { card: { number, exp_month, exp_year, cvc: digitsOf(entries.cvc), name, country } };
}
