import type { Amount } from './types';

export function money(amount: Amount): string {
  const digits = amount.decimal.includes('.') ? Math.max(2, amount.decimal.split('.')[1]?.length ?? 0) : 0;
  return new Intl.NumberFormat('en', {
    style: 'currency',
    currency: amount.currency,
    minimumFractionDigits: Number(amount.decimal) % 1 === 0 ? 0 : Math.min(digits, 2),
    maximumFractionDigits: digits,
  }).format(Number(amount.decimal));
}

export function day(time: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(new Date(time));
}

export function clock(time: string): string {
  return new Intl.DateTimeFormat('en', { timeStyle: 'medium' }).format(new Date(time));
}

/** `PAYMENT_FAILED` -> `Payment failed` */
export function words(name: string): string {
  const text = name.toLowerCase().replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
