import { html } from 'hono/html';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { document, type Html, merchantHeader } from '../document.js';
import { field } from '../form-field.js';

/** Asks for the email address that the link to the portal goes to. */
export function loginPage(view: { title: string; action: string; problem?: string | undefined }): Html {
  const problems = view.problem ? [{ field: 'email', message: view.problem }] : [];
  return document(
    `${view.title} · ${MERCHANT_NAME}`,
    html`<main class="centre"><div class="card">
${merchantHeader(MERCHANT_NAME)}
<h1>${view.title}</h1>
<p class="soft">Enter the email address of your account, and you get a link to your billing.</p>
<form class="stack" method="post" action="${view.action}" novalidate>
${field('email', 'Email', {}, problems, { type: 'email', autocomplete: 'email', inputmode: 'email' })}
<button class="button primary wide" type="submit">Send link</button></form>
</div></main>`,
  );
}

/** Stands for the email, which the sandbox does not send. */
export function mailPage(email: string, url: string | undefined): Html {
  return document(
    `Check your email · ${MERCHANT_NAME}`,
    html`<main class="centre"><div class="card">
${merchantHeader(MERCHANT_NAME)}
<h1>Check your email</h1>
<p class="soft">If ${email} has an account with ${MERCHANT_NAME}, a link to its billing is on the way.</p>
<div class="banner notice">${
      url
        ? html`<span>The sandbox sends no email. This would be in it: <a href="${url}">Open your billing</a></span>`
        : html`<span>The sandbox sends no email, and no customer has this address.</span>`
    }</div>
</div></main>`,
  );
}
