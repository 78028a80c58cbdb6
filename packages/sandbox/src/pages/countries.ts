import { html } from 'hono/html';
import type { Html } from './document.js';

const COUNTRIES =
  'AE AR AT AU BE BG BR CA CH CL CO CY CZ DE DK EE ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KR LT LU LV MT MX MY NL NO NZ PE PH PL PT RO SE SG SI SK TH TR TW UA US VN ZA';
const countryName = new Intl.DisplayNames('en', { type: 'region' });
const countries = COUNTRIES.split(' ')
  .map((code) => ({ code, name: countryName.of(code) ?? code }))
  .sort((a, b) => a.name.localeCompare(b.name));

export interface CountryChoice {
  /** The field's name. */
  name: string;
  chosen: string | undefined;
  autocomplete: string;
  /** The countries to choose from; all by default. */
  only?: readonly string[] | undefined;
}

export function countrySelect({ name, chosen, autocomplete, only }: CountryChoice): Html {
  const offered = only ? countries.filter(({ code }) => only.includes(code)) : countries;
  const selected = chosen ?? (only && !only.includes('US') ? offered[0]?.code : 'US');
  return html`<div class="field"><label for="${name}">Country or region</label>
<select id="${name}" name="${name}" autocomplete="${autocomplete}">${offered.map((country) => html`<option value="${country.code}"${country.code === selected ? html` selected` : ''}>${country.name}</option>`)}</select></div>`;
}
