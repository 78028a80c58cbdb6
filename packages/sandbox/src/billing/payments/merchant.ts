/** Who sells: the account that every key of the sandbox belongs to, as invoices and pages call it. */
export const MERCHANT_NAME = 'Example Company';
