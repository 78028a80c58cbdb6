import { html } from 'hono/html';
import type { Entries, Problem } from './card-entry.js';
import type { Html } from './document.js';

export interface CardFormView {
  action: string;
  submit: string;
  /** What the button says while it waits. */
  busy: string;
  entries: Entries;
  problems: Problem[];
  /** Shown first; read-only when the customer is known. Left out where nobody asks for it. */
  email?: { value: string; readonly: boolean };
  /** Under the button. */
  note?: string;
  /** Nothing is due: no card is asked for. */
  cardless?: boolean;
}

const COUNTRIES =
  'AE AR AT AU BE BG BR CA CH CL CO CY CZ DE DK EE ES FI FR GB GR HK HR HU ID IE IL IN IS IT JP KR LT LU LV MT MX MY NL NO NZ PE PH PL PT RO SE SG SI SK TH TR TW UA US VN ZA';
const countryName = new Intl.DisplayNames('en', { type: 'region' });
const countries = COUNTRIES.split(' ')
  .map((code) => ({ code, name: countryName.of(code) ?? code }))
  .sort((a, b) => a.name.localeCompare(b.name));

const TEST_CARDS: [number: string, what: string][] = [
  ['4242424242424242', 'Succeeds'],
  ['4000002500003155', 'Asks for authentication (3D Secure)'],
  ['4000000000000002', 'Declined'],
  ['4000000000009995', 'Insufficient funds'],
  ['4000000000000341', 'Can be saved, fails when charged'],
];

/** A form that takes a card number, with problems shown at the field they belong to. */
export function cardForm(view: CardFormView): Html {
  const { entries, problems } = view;
  const general = problems.filter(({ field }) => !field).map(({ message }) => message);
  return html`<form class="stack" method="post" action="${view.action}" data-card-form data-busy="${view.busy}" novalidate>
${view.email && html`<div class="group"><h2>Contact</h2>${field('email', 'Email', entries, problems, { type: 'email', autocomplete: 'email', inputmode: 'email', value: view.email.value, readonly: view.email.readonly })}</div>`}
${view.cardless ? '' : cardFields(entries, problems)}
<div class="banner bad" data-banner role="alert"${general.length === 0 ? html` hidden` : ''}>${general.join(' ')}</div>
<button class="button primary wide" type="submit">${view.submit}</button>
${view.note && html`<p class="soft small">${view.note}</p>`}
</form>`;
}

function cardFields(entries: Entries, problems: Problem[]): Html {
  return html`<fieldset class="group">
<legend class="visually-hidden">Card</legend>
<h2 aria-hidden="true">Card</h2>
${field('number', 'Card number', {}, problems, { autocomplete: 'cc-number', inputmode: 'numeric', placeholder: '1234 1234 1234 1234', brand: true })}
<div class="pair">
${field('expiry', 'Expiration', entries, problems, { autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: 'MM / YY' })}
${field('cvc', 'Security code', {}, problems, { autocomplete: 'cc-csc', inputmode: 'numeric', placeholder: 'CVC' })}
</div>
${field('name', 'Name on card', entries, problems, { autocomplete: 'cc-name', placeholder: 'Full name' })}
<div class="field"><label for="country">Country or region</label>
<select id="country" name="country" autocomplete="country">${countries.map(({ code, name }) => html`<option value="${code}"${code === (entries.country ?? 'US') ? html` selected` : ''}>${name}</option>`)}</select></div>
</fieldset>
${testCards}`;
}

interface FieldOptions {
  autocomplete: string;
  type?: string;
  inputmode?: string;
  placeholder?: string;
  value?: string;
  readonly?: boolean;
  brand?: boolean;
}

function field(name: string, label: string, entries: Entries, problems: Problem[], options: FieldOptions): Html {
  const problem = problems.find((candidate) => candidate.field === name)?.message;
  const input = html`<input id="${name}" name="${name}" type="${options.type ?? 'text'}" value="${options.readonly ? options.value : (entries[name] ?? options.value ?? '')}" autocomplete="${options.autocomplete}" inputmode="${options.inputmode ?? 'text'}" placeholder="${options.placeholder ?? ''}" aria-describedby="${name}-problem" spellcheck="false"${options.readonly ? html` readonly` : html` required`}${problem ? html` aria-invalid="true"` : ''}>`;
  return html`<div class="field"><label for="${name}">${label}</label>
${options.brand ? html`<div class="with-brand">${input}<span class="brand" aria-hidden="true"></span></div>` : input}
<p class="problem" id="${name}-problem" role="status">${problem ?? ''}</p></div>`;
}

const testCards = html`<details class="test-cards"><summary>Test cards</summary><ul>
${TEST_CARDS.map(([number, what]) => html`<li><span><span class="number">${number.replace(/(.{4})(?=.)/g, '$1 ')}</span><br>${what}</span><button class="button" type="button" data-number="${number}" aria-label="Use ${number.slice(-4)}: ${what}">Use</button></li>`)}
</ul></details>`;
