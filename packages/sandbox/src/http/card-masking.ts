import { passesLuhn } from '../billing/payments/card-number.js';

const CARD_MEMBER = /((?:^|&)[^=&]*(?:%5B|\[)(number|cvc)(?:%5D|\])=)([^&]*)/gi;
/** Spaces as `+`; the digits of an escape such as `%2C` begin no number. */
const LONG_NUMBER = /(?<!%|%[\dA-F])\d(?:[ +-]?\d){12,18}/gi;

/** A form without card numbers (their last four digits stay) and security codes, wherever somebody put them. */
export function maskCards(form: string): string {
  if (!/\d{3}/.test(form)) return form;
  return form
    .replaceAll('%20', '+')
    .replace(CARD_MEMBER, (_, name: string, member: string, value: string) =>
      member.toLowerCase() === 'cvc' ? `${name}***` : name + masked(value),
    )
    .replace(LONG_NUMBER, (text) => (passesLuhn(digitsOf(text)) ? masked(text) : text));
}

const digitsOf = (text: string) => text.replace(/\D/g, '');
const masked = (text: string) => `************${digitsOf(text).slice(-4)}`;
