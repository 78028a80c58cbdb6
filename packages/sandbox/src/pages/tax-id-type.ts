const EU = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');
const TYPES: Record<string, string> = {
  AU: 'au_abn',
  CA: 'ca_bn',
  CH: 'ch_vat',
  GB: 'gb_vat',
  IN: 'in_gst',
  JP: 'jp_cn',
  NO: 'no_vat',
  NZ: 'nz_gst',
  US: 'us_ein',
};

/** The tax number that businesses of a country have, as Stripe names its type. */
export function taxIdType(country: string): string {
  return EU.includes(country) ? 'eu_vat' : (TYPES[country] ?? 'unknown');
}
