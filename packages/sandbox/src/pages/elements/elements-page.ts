import { html } from 'hono/html';
import type { ElementType } from '../../stripe-js/element-types.js';
import { testCards } from '../cards/card-form.js';
import { countrySelect } from '../countries.js';
import { type Html, SCRIPT_PATH, STYLESHEET_PATH } from '../document.js';
import { field } from '../form-field.js';

export const ELEMENTS_STYLESHEET_PATH = '/assets/elements.css';
export const ELEMENTS_SCRIPT_PATH = '/assets/elements.js';

export interface ElementView {
  type: ElementType;
  /** The only origin that the frame speaks with. */
  parent: string;
  /** Stripe seconds, by the clock that decides whether a card has expired. */
  now: number;
  merchant: string;
}

/** The document in the frame of one Element: what it shows depends on what its page tells it. */
export function elementPage({ type, parent, now, merchant }: ElementView): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${type} Element</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLESHEET_PATH}">
<link rel="stylesheet" href="${ELEMENTS_STYLESHEET_PATH}">
<script type="module" src="${SCRIPT_PATH}"></script>
<script type="module" src="${ELEMENTS_SCRIPT_PATH}"></script>
</head>
<body class="element" data-type="${type}" data-parent="${parent}" data-now="${now}">
<form data-card-form novalidate>${CONTENT[type](merchant)}</form>
</body>
</html>`;
}

const country = countrySelect({ name: 'country', chosen: 'US', autocomplete: 'country' });

/** A field with its label and the place for its problem, filled later. */
const labelled = (name: string, label: string, autocomplete: string, more: Partial<Parameters<typeof field>[4]> = {}) =>
  field(name, label, {}, [], { autocomplete, ...more });

/** A field that has only a name for screen readers, for Elements of one line. */
const bare = (name: string, label: string, autocomplete: string, placeholder: string) =>
  html`<input id="${name}" name="${name}" type="text" aria-label="${label}" autocomplete="${autocomplete}" inputmode="${name === 'postal_code' ? 'text' : 'numeric'}" placeholder="${placeholder}" spellcheck="false" required>`;

const bareNumber = html`<div class="with-brand">${bare('number', 'Credit or debit card number', 'cc-number', 'Card number')}<span class="brand" aria-hidden="true"></span></div>`;
const bareExpiry = bare('expiry', 'Credit or debit card expiration date', 'cc-exp', 'MM / YY');
const bareCvc = bare('cvc', 'Credit or debit card CVC/CVV', 'cc-csc', 'CVC');
const said = html`<p class="visually-hidden" data-said role="alert"></p>`;

const postalCode = labelled('postal_code', 'ZIP', 'postal-code', { placeholder: '12345' });

const CONTENT: Record<ElementType, (merchant: string) => Html> = {
  payment: (merchant) => html`<div class="fields">
<div class="choices" data-saved role="radiogroup" aria-label="Saved payment methods" hidden></div>
<div class="fields" data-new>
${labelled('number', 'Card number', 'cc-number', { inputmode: 'numeric', placeholder: '1234 1234 1234 1234', brand: true })}
<div class="pair">
${labelled('expiry', 'Expiration date', 'cc-exp', { inputmode: 'numeric', placeholder: 'MM / YY' })}
${labelled('cvc', 'Security code', 'cc-csc', { inputmode: 'numeric', placeholder: 'CVC' })}
</div>
<div data-name hidden>${labelled('name', 'Name on card', 'cc-name', { placeholder: 'Full name' })}</div>
<div class="pair" data-place><div data-country>${country}</div><div data-postal-code>${postalCode}</div></div>
<label class="save" data-save hidden><input type="checkbox" name="save"><span>Save this card for future purchases</span></label>
<p class="soft small" data-terms hidden>You allow <span data-business>${merchant}</span> to charge this card for future payments under its terms.</p>
${testCards}
</div>
${said}</div>`,
  card: () =>
    html`<div class="line bare">${bareNumber}${bareExpiry}${bareCvc}${bare('postal_code', 'ZIP', 'postal-code', 'ZIP')}</div>${said}`,
  cardNumber: () => html`<div class="bare">${bareNumber}</div>${said}`,
  cardExpiry: () => html`<div class="bare">${bareExpiry}</div>${said}`,
  cardCvc: () => html`<div class="bare">${bareCvc}</div>${said}`,
  address: () => html`<div class="fields">
${labelled('name', 'Full name', 'name')}
${country}
${labelled('line1', 'Address', 'address-line1', { placeholder: 'Street address' })}
${labelled('line2', 'Apartment, suite, etc. (optional)', 'address-line2')}
<div class="pair">${labelled('city', 'City', 'address-level2')}${labelled('postal_code', 'ZIP', 'postal-code')}</div>
${labelled('state', 'State', 'address-level1')}
<div data-phone hidden>${labelled('phone', 'Phone', 'tel', { type: 'tel', inputmode: 'tel' })}</div>
${said}</div>`,
  linkAuthentication: () =>
    html`<div class="fields">${labelled('email', 'Email', 'email', { type: 'email', inputmode: 'email' })}${said}</div>`,
  // In place of wallet buttons.
  expressCheckout: () => html`<p class="none soft small">No wallet is available in the Stripe sandbox.</p>`,
};
