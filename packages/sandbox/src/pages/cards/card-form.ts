import { html } from 'hono/html';
import { countrySelect } from '../countries.js';
import type { Html } from '../document.js';
import { field } from '../form-field.js';
import type { Entries, Problem } from './card-entry.js';

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
  /** Cards that the person saved before, to choose from. */
  saved?: { id: string; label: string; expires: string; removable: boolean }[];
  /** More to ask: after the email, after the card (in place of its country), before the button. */
  contact?: Html;
  address?: Html;
  closing?: Html;
}

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
${view.email && html`<div class="group"><h2>Contact</h2>${field('email', 'Email', entries, problems, { type: 'email', autocomplete: 'email', inputmode: 'email', value: view.email.value, readonly: view.email.readonly })}${view.contact}</div>`}
${view.cardless ? view.address && html`<div class="group">${view.address}</div>` : cardFields(view)}
${view.closing}
<div class="banner bad" data-banner role="alert"${general.length === 0 ? html` hidden` : ''}>${general.join(' ')}</div>
<button class="button primary wide" type="submit">${view.submit}</button>
${view.note && html`<p class="soft small">${view.note}</p>`}
</form>`;
}

function cardFields(view: CardFormView): Html {
  const { entries, problems, saved = [] } = view;
  return html`<fieldset class="group">
<legend class="visually-hidden">Card</legend>
<h2 aria-hidden="true">Card</h2>
${saved.length > 0 && savedCards(saved, entries)}
<div class="group new-card">
${field('number', 'Card number', {}, problems, { autocomplete: 'cc-number', inputmode: 'numeric', placeholder: '1234 1234 1234 1234', brand: true })}
<div class="pair">
${field('expiry', 'Expiration', entries, problems, { autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: 'MM / YY' })}
${field('cvc', 'Security code', {}, problems, { autocomplete: 'cc-csc', inputmode: 'numeric', placeholder: 'CVC' })}
</div>
${field('name', 'Name on card', entries, problems, { autocomplete: 'cc-name', placeholder: 'Full name' })}
${view.address ?? countryField(entries.country)}
${testCards}
</div>
</fieldset>`;
}

function savedCards(saved: NonNullable<CardFormView['saved']>, entries: Entries): Html {
  const chosen = entries.payment_method ?? saved[0]?.id;
  const choice = (value: string, label: string, detail: string, removable = false) =>
    html`<label class="choice"><input type="radio" name="payment_method" value="${value}"${value === chosen ? html` checked` : ''}><span class="grow"><strong>${label}</strong>${detail && html`<br><span class="soft small">${detail}</span>`}</span>${removable && html`<button class="button plain away" type="submit" form="remove-card" name="card" value="${value}" aria-label="Remove ${label}">Remove</button>`}</label>`;
  return html`<div class="checks" role="group" aria-label="Which card">${saved.map(({ id, label, expires, removable }) => choice(id, label, `Expires ${expires}`, removable))}
${choice('new', 'Another card', '')}</div>`;
}

export function countryField(chosen: string | undefined): Html {
  return countrySelect({ name: 'country', chosen, autocomplete: 'country' });
}

export const testCards = html`<details class="test-cards"><summary>Test cards</summary><ul>
${TEST_CARDS.map(([number, what]) => html`<li><span><span class="number">${number.replace(/(.{4})(?=.)/g, '$1 ')}</span><br>${what}</span><button class="button" type="button" data-number="${number}" aria-label="Use ${number.slice(-4)}: ${what}">Use</button></li>`)}
</ul></details>`;
