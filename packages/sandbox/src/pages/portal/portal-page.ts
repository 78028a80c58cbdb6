import { html } from 'hono/html';
import { document, footer, type Html, merchantHeader } from '../document.js';

export interface Badge {
  text: string;
  tone: '' | 'good' | 'bad' | 'test';
}

export interface PortalSubscription {
  id: string;
  name: string;
  /** E.g. `$29.00 per month`. */
  price: string;
  badge: Badge;
  /** E.g. `Renews on December 24, 2026.` */
  detail: string;
  card?: string;
  /** A change that waits for the end of the period. */
  coming?: string;
  mayStay: boolean;
  mayCancel: boolean;
  mayKeep: boolean;
  mayPause: boolean;
  mayResume: boolean;
  mayUpdate: boolean;
}

export interface PortalCard {
  id: string;
  label: string;
  expires: string;
  isDefault: boolean;
}

export interface PortalInvoice {
  date: string;
  number: string;
  amount: string;
  badge: Badge;
  href: string | null;
}

/** E.g. to the merchant's terms. */
export interface PortalLink {
  href: string;
  label: string;
}

export interface PortalView {
  merchant: string;
  headline: string | null;
  returnUrl: string | null;
  links: PortalLink[];
  /** Path of this portal session; its actions live below it. */
  base: string;
  notice?: { text: string; tone: 'good' | 'bad' };
  subscriptions: PortalSubscription[];
  /** Null where the configuration hides the section. */
  cards: PortalCard[] | null;
  contact: { name: string; email: string; mayUpdate: boolean };
  invoices: PortalInvoice[] | null;
}

export const badge = ({ text, tone }: Badge): Html => html`<span class="badge ${tone}">${text}</span>`;

export function portalPage(view: PortalView): Html {
  const { base } = view;
  return portalFrame(
    view,
    'Your billing',
    html`${view.notice && html`<div class="banner ${view.notice.tone}" role="status">${view.notice.text}</div>`}
<section aria-labelledby="plan"><h2 id="plan">Current plan</h2>
${view.subscriptions.length === 0 ? html`<p class="soft">You have no plan at the moment.</p>` : ''}
${view.subscriptions.map((subscription) => subscriptionRow(subscription, base))}</section>
${
  view.cards &&
  html`<section aria-labelledby="cards"><h2 id="cards">Payment method</h2>
${view.cards.length === 0 ? html`<p class="soft">No card is saved.</p>` : ''}
${view.cards.map((card) => cardRow(card, base))}
<p><a class="button plain" href="${base}/payment-methods/new">Add a card</a></p></section>`
}
<section aria-labelledby="contact"><h2 id="contact">Billing details</h2>
<div class="row"><dl class="grow contact"><div><dt class="soft small">Name</dt><dd>${view.contact.name || 'Not given'}</dd></div>
<div><dt class="soft small">Email</dt><dd>${view.contact.email || 'Not given'}</dd></div></dl>
${view.contact.mayUpdate && html`<a class="button" href="${base}/customer">Edit</a>`}</div></section>
${view.invoices && invoiceHistory(view.invoices)}`,
  );
}

function subscriptionRow(subscription: PortalSubscription, base: string): Html {
  const path = `${base}/subscriptions/${subscription.id}`;
  return html`<div class="row"><div class="grow">
<p class="title">${subscription.name} ${badge(subscription.badge)}</p>
<p class="figure">${subscription.price}</p>
<p class="soft">${subscription.detail}</p>
${subscription.card && html`<p class="soft">${subscription.card}</p>`}
${subscription.coming && html`<p><strong>${subscription.coming}</strong></p>`}
</div><div class="actions">
${subscription.mayUpdate && html`<a class="button" href="${path}/update">Change plan</a>`}
${subscription.mayStay && html`<form method="post" action="${path}/stay"><button class="button" type="submit">Keep current plan</button></form>`}
${subscription.mayResume && html`<form method="post" action="${path}/resume"><button class="button primary" type="submit">Resume plan</button></form>`}
${subscription.mayPause && html`<a class="button" href="${path}/pause">Pause plan</a>`}
${subscription.mayKeep && html`<form method="post" action="${path}/keep"><button class="button primary" type="submit">Keep plan</button></form>`}
${subscription.mayCancel && html`<a class="button" href="${path}/cancel">Cancel plan</a>`}
</div></div>`;
}

function cardRow(card: PortalCard, base: string): Html {
  const path = `${base}/payment-methods/${card.id}`;
  return html`<div class="row"><div class="grow">
<p class="title">${card.label} ${card.isDefault ? badge({ text: 'Default', tone: 'good' }) : ''}</p>
<p class="soft">Expires ${card.expires}</p></div>
${
  card.isDefault
    ? ''
    : html`<div class="actions">
<form method="post" action="${path}/default"><button class="button plain" type="submit" aria-label="Make ${card.label} the default">Make default</button></form>
<form method="post" action="${path}/remove"><button class="button plain away" type="submit" aria-label="Remove ${card.label}">Remove</button></form>
</div>`
}</div>`;
}

function invoiceHistory(invoices: PortalInvoice[]): Html {
  if (invoices.length === 0) return html``;
  return html`<section aria-labelledby="invoices"><h2 id="invoices">Invoices</h2>
<table><thead><tr><th scope="col">Date</th><th scope="col">Number</th><th scope="col" class="right">Amount</th><th scope="col" class="right">Status</th></tr></thead>
<tbody>${invoices.map(
    (invoice) => html`<tr><td>${invoice.date}</td>
<td>${invoice.href ? html`<a href="${invoice.href}">${invoice.number}</a>` : invoice.number}</td>
<td class="right">${invoice.amount}</td><td class="right">${badge(invoice.badge)}</td></tr>`,
  )}</tbody></table></section>`;
}

/** The portal's two columns around one step of it. */
export function portalFrame(
  view: { merchant: string; headline?: string | null; returnUrl: string | null; links: PortalLink[] },
  title: string,
  body: Html,
): Html {
  return document(
    `${title} · ${view.merchant}`,
    html`<a class="skip" href="#content">Skip to your billing</a>
<div class="portal"><div class="side">
${merchantHeader(view.merchant)}
<p class="lead">${view.headline ?? `Manage your billing with ${view.merchant}.`}</p>
${view.returnUrl && html`<p><a href="${view.returnUrl}">Return to ${view.merchant}</a></p>`}
${view.links.length > 0 && html`<p class="links">${view.links.map(({ href, label }) => html`<a href="${href}">${label}</a> `)}</p>`}
${footer}
</div><main id="content"><h1 class="visually-hidden">${title}</h1>
${body}
</main></div>`,
  );
}
