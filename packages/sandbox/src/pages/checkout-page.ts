import { html } from 'hono/html';
import { type CardFormView, cardForm } from './card-form.js';
import { document, footer, type Html, merchantHeader } from './document.js';

export interface SummaryLine {
  name: string;
  /** E.g. `Qty 3, $12.00 each`. */
  detail: string;
  amount: string;
}

export interface CheckoutView {
  merchant: string;
  cancelUrl: string | null;
  /** E.g. `Subscribe to Team`. */
  headline: string;
  /** The figure that matters, e.g. `$29.00` `per month` or `14 days free`. */
  price?: { figure: string; per?: string; then?: string };
  lines: SummaryLine[];
  totals: { label: string; amount: string; less?: boolean; due?: boolean }[];
  form: CardFormView;
}

export function checkoutPage(view: CheckoutView): Html {
  const back = view.cancelUrl ? { href: view.cancelUrl, label: `Back to ${view.merchant}` } : undefined;
  return document(
    `${view.headline} · ${view.merchant}`,
    html`<a class="skip" href="#pay">Skip to payment details</a>
<div class="halves">
<section class="summary" aria-label="Order summary"><div class="inner">
${merchantHeader(view.merchant, back)}
<div class="price"><h1>${view.headline}</h1>
${
  view.price &&
  html`<p class="amount">${view.price.figure}${view.price.per && html` <span class="per">${view.price.per}</span>`}</p>
${view.price.then && html`<p class="soft">${view.price.then}</p>`}`
}</div>
${
  view.lines.length > 0 &&
  html`<ul class="lines">${view.lines.map(
    (line) =>
      html`<li><span class="what">${line.name}</span><span class="sum">${line.amount}</span><span class="soft small">${line.detail}</span></li>`,
  )}</ul>`
}
${
  view.totals.length > 0 &&
  html`<dl class="totals">${view.totals.map(
    (total) =>
      html`<div class="${total.due ? 'due' : total.less ? 'less' : ''}"><dt>${total.label}</dt><dd>${total.amount}</dd></div>`,
  )}</dl>`
}
${footer}
</div></section>
<main id="pay"><div class="inner">
${cardForm(view.form)}
</div></main>
</div>`,
  );
}
