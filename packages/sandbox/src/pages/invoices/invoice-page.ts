import { html } from 'hono/html';
import { type CardFormView, cardForm } from '../cards/card-form.js';
import { document, type Html, merchantHeader } from '../document.js';
import { type Badge, badge } from '../portal/portal-page.js';

export interface InvoiceView {
  merchant: string;
  number: string;
  badge: Badge;
  /** The figure on top, and what it means, e.g. `Paid on …`. */
  amount: string;
  meaning: string;
  facts: { label: string; value: string }[];
  lines: { description: string; detail: string; quantity: string; amount: string }[];
  totals: { label: string; amount: string; due?: boolean }[];
  /** The memo and the footer. */
  notes: string[];
  pdf: string | null;
  /** Present while it can be paid here. */
  form?: CardFormView;
}

export function invoicePage(view: InvoiceView): Html {
  return document(
    `Invoice ${view.number} · ${view.merchant}`,
    html`<main class="centre"><div class="card broad">
${merchantHeader(view.merchant)}
<div class="row head"><div class="grow"><h1 class="figure-title">${view.amount}</h1><p class="soft">${view.meaning}</p></div>${badge(view.badge)}</div>
<dl class="facts">${view.facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>
<table class="items"><thead><tr><th scope="col">Description</th><th scope="col" class="right">Qty</th><th scope="col" class="right">Amount</th></tr></thead>
<tbody>${view.lines.map(
      (line) =>
        html`<tr><td>${line.description}<br><span class="soft small">${line.detail}</span></td><td class="right">${line.quantity}</td><td class="right">${line.amount}</td></tr>`,
    )}</tbody></table>
<dl class="totals">${view.totals.map((total) => html`<div class="${total.due ? 'due' : ''}"><dt>${total.label}</dt><dd>${total.amount}</dd></div>`)}</dl>
${view.notes.map((note) => html`<p class="soft note">${note}</p>`)}
${view.pdf && html`<p class="no-print"><a class="button" href="${view.pdf}">Download PDF</a></p>`}
${view.form && html`<div class="no-print pay">${cardForm(view.form)}</div>`}
</div></main>`,
  );
}
