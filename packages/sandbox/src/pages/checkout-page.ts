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
  price?: { figure: string; per?: string; later?: string };
  lines: SummaryLine[];
  totals: { label: string; amount: string; less?: boolean; due?: boolean }[];
  /** Where promotion codes are taken; `applied` is the one in force. */
  promotion?: { applied: string | null; problem?: string };
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
${view.price.later && html`<p class="soft">${view.price.later}</p>`}`
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
${view.promotion && promotionForm(view.promotion, view.form.action)}
${footer}
</div></section>
<main id="pay"><div class="inner">
${cardForm(view.form)}
</div></main>
</div>`,
  );
}

function promotionForm({ applied, problem }: NonNullable<CheckoutView['promotion']>, action: string): Html {
  if (applied !== null) {
    return html`<form class="promotion" method="post" action="${action}/promotion-code"><p><span class="badge good">${applied}</span></p>
<button class="button plain" type="submit" name="code" value="">Remove code</button></form>`;
  }
  return html`<form class="promotion" method="post" action="${action}/promotion-code"><div class="field"><label for="code">Promotion code</label>
<input id="code" name="code" autocomplete="off" spellcheck="false" required aria-describedby="code-problem"${problem ? html` aria-invalid="true"` : ''}></div>
<button class="button" type="submit">Apply</button><p class="problem" id="code-problem" role="status">${problem ?? ''}</p></form>`;
}
