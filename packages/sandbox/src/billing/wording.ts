const formats = new Map<string, Intl.NumberFormat>();

/** e.g. `$29.00`, `¥1,200`; the amount is in minor units. */
export function money(amount: number, currency: string): string {
  const code = currency.toUpperCase();
  const format = formats.get(code) ?? new Intl.NumberFormat('en-US', { style: 'currency', currency: code });
  formats.set(code, format);
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** e.g. `24 Nov 2026` */
export function day(seconds: number): string {
  const date = new Date(seconds * 1000);
  const month = date.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return `${String(date.getUTCDate()).padStart(2, '0')} ${month} ${date.getUTCFullYear()}`;
}
