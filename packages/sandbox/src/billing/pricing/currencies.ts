const ZERO_DECIMAL = new Set([
  'bif',
  'clp',
  'djf',
  'gnf',
  'jpy',
  'kmf',
  'krw',
  'mga',
  'pyg',
  'rwf',
  'vnd',
  'vuv',
  'xaf',
  'xof',
  'xpf',
]);
const THREE_DECIMAL = new Set(['bhd', 'jod', 'kwd', 'omr', 'tnd']);
const WHOLE_ONLY = new Set(['isk', 'ugx']);

/**
 * Decimal places between the API's amounts and the currency's main unit. They are not always those of ISO 4217: ISK and
 * UGX have no smaller unit, yet their amounts count hundredths: https://docs.stripe.com/currencies#special-cases
 */
export function decimalPlaces(currency: string): 0 | 2 | 3 {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/** Decimal places that people see. */
export function shownPlaces(currency: string): 0 | 2 | 3 {
  return WHOLE_ONLY.has(currency) ? 0 : decimalPlaces(currency);
}
