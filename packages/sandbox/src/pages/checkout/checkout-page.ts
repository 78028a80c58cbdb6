import { html } from 'hono/html';
import { type CardFormView, cardForm } from '../cards/card-form.js';
import { document, footer, type Html, merchantHeader } from '../document.js';

export interface SummaryLine {
  name: string;
  /** E.g. `Qty 3, $12.00 each`. */
  detail: string;
  amount: string;
  /** Where the buyer may choose it. */
  quantity?: { action: string; item: string; value: number; minimum: number; maximum: number };
}

export interface OptionalLine {
  name: string;
  /** E.g. `$5.00 per month`. */
  detail: string;
  action: string;
  at: number;
  chosen: boolean;
}

export interface CheckoutView {
  merchant: string;
  cancelUrl: string | null;
  /** Shown in a frame of the merchant's own page. */
  embedded: boolean;
  /** Path of a stylesheet with the merchant's colours. */
  brandStyle: string | null;
  /** E.g. `Subscribe to Team`. */
  headline: string;
  /** The figure that matters, e.g. `$29.00` `per month` or `14 days free`. */
  price?: { figure: string; per?: string; later?: string };
  lines: SummaryLine[];
  optional: OptionalLine[];
  totals: { label: string; amount: string; less?: boolean; due?: boolean }[];
  /** Where promotion codes are taken; `applied` is the one in force. */
  promotion?: { applied: string | null; typed?: string; problem?: string };
  /** What could not be changed about the order. */
  problem?: string;
  form: CardFormView;
  afterSubmit: string | null;
}

export function checkoutPage(view: CheckoutView): Html {
  const back = view.cancelUrl ? { href: view.cancelUrl, label: `Back to ${view.merchant}` } : undefined;
  return document(
    `${view.headline} · ${view.merchant}`,
    html`<a class="skip" href="#pay">Skip to payment details</a>
<div class="halves${view.embedded ? ' embedded' : ''}"${view.embedded ? html` data-embedded` : ''}>
<section class="summary" id="order" aria-label="Order summary" data-due="${view.form.cardless ? 'nothing' : 'card'}"><div class="inner">
${merchantHeader(view.merchant, back)}
<div class="price"><h1>${view.headline}</h1>
${
  view.price &&
  html`<p class="amount">${view.price.figure}${view.price.per && html` <span class="per">${view.price.per}</span>`}</p>
${view.price.later && html`<p class="soft">${view.price.later}</p>`}`
}</div>
${view.lines.length > 0 && html`<ul class="lines">${view.lines.map(summaryLine)}</ul>`}
${view.optional.length > 0 && optionalItems(view.optional)}
<p class="problem" role="status">${view.problem ?? ''}</p>
${
  view.totals.length > 0 &&
  html`<dl class="totals">${view.totals.map(
    (total) =>
      html`<div class="${total.due ? 'due' : total.less ? 'less' : ''}"><dt>${total.label}</dt><dd>${total.amount}</dd></div>`,
  )}</dl>`
}
${view.promotion && promotionForm(view.promotion, view.form.action)}
${footer}
</div></section>
<main id="pay"><div class="inner">
${cardForm(view.form)}
${view.form.saved?.some(({ removable }) => removable) && html`<form id="remove-card" method="post" action="${view.form.action}/remove-card"></form>`}
${view.afterSubmit && html`<p class="soft small after-submit">${view.afterSubmit}</p>`}
</div></main>
</div>`,
    view.brandStyle ?? undefined,
  );
}

function summaryLine({ name, detail, amount, quantity }: SummaryLine): Html {
  return html`<li><span class="what">${name}</span><span class="sum">${amount}</span><span class="soft small">${detail}</span>
${
  quantity &&
  html`<form class="quantity" method="post" action="${quantity.action}" data-order><input type="hidden" name="item" value="${quantity.item}">
<label class="visually-hidden" for="quantity-${quantity.item}">Quantity of ${name}</label><input id="quantity-${quantity.item}" name="quantity" type="number" inputmode="numeric" min="${quantity.minimum}" max="${quantity.maximum}" value="${quantity.value}" data-now>
<button class="button plain" type="submit" aria-label="Update the quantity of ${name}">Update</button></form>`
}</li>`;
}

function optionalItems(lines: OptionalLine[]): Html {
  return html`<section class="optional" aria-label="Add to your order"><h2 class="label">Add to your order</h2>
<ul>${lines.map(
    (line) => html`<li><span><strong>${line.name}</strong><br><span class="soft small">${line.detail}</span></span>
<form method="post" action="${line.action}" data-order><input type="hidden" name="at" value="${line.at}"><button class="button" type="submit" name="wanted" value="${line.chosen ? 'no' : 'yes'}" aria-label="${line.chosen ? 'Remove' : 'Add'} ${line.name}">${line.chosen ? 'Remove' : 'Add'}</button></form></li>`,
  )}</ul></section>`;
}

function promotionForm({ applied, typed = '', problem }: NonNullable<CheckoutView['promotion']>, action: string): Html {
  if (applied !== null) {
    return html`<form class="promotion" method="post" action="${action}/promotion-code" data-order><p><span class="badge good">${applied}</span></p>
<button class="button plain" type="submit" name="code" value="">Remove code</button></form>`;
  }
  return html`<form class="promotion" method="post" action="${action}/promotion-code" data-order><div class="field"><label for="code">Promotion code</label>
<input id="code" name="code" value="${typed}" autocomplete="off" spellcheck="false" required aria-describedby="code-problem"${problem ? html` aria-invalid="true"` : ''}></div>
<button class="button" type="submit">Apply</button><p class="problem" id="code-problem" role="status">${problem ?? ''}</p></form>`;
}
