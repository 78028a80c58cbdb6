/** Countries whose issuers check the postal code, so that Stripe's forms ask for it. */
const ASKED = ['US', 'CA', 'GB'];

export const asksPostalCode = (country: string | undefined) => ASKED.includes(country ?? '');

export const postalCodeLabel = (country: string | undefined) => (country === 'US' ? 'ZIP' : 'Postal code');

export function isPostalCode(country: string | undefined, code: string): boolean {
  return country === 'US' ? /^\d{5}(-?\d{4})?$/.test(code) : code.length >= 3;
}
