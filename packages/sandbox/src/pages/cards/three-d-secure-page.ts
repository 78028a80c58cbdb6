import { html } from 'hono/html';
import { document, type Html, merchantHeader } from '../document.js';

export interface ChallengeView {
  merchant: string;
  /** Where the two answers are posted. */
  action: string;
  card: { brand: string; last4: string };
  /** What is authorized; left out when the card is only saved. */
  amount?: string;
  /** Shown in a frame of the merchant's page. */
  embedded?: boolean;
}

/** Stands for the page of the card's bank. */
export function threeDSecurePage(view: ChallengeView): Html {
  return document(
    `Confirm it is you · ${view.merchant}`,
    html`<main class="centre${view.embedded ? ' embedded' : ''}"${view.embedded ? html` data-embedded` : ''}><div class="card">
${merchantHeader('Test bank')}
<h1>Confirm it is you</h1>
<p class="soft">Your bank asks you to approve ${view.amount ? 'this payment' : 'saving this card'} before it goes through.</p>
<dl class="facts">
<div><dt>Merchant</dt><dd>${view.merchant}</dd></div>
${view.amount && html`<div><dt>Amount</dt><dd>${view.amount}</dd></div>`}
<div><dt>Card</dt><dd>${view.card.brand} ending in ${view.card.last4}</dd></div>
</dl>
<form class="actions even" method="post" action="${view.action}">
<button class="button primary" type="submit" name="answer" value="approve">Approve</button>
<button class="button" type="submit" name="answer" value="fail">Fail authentication</button>
</form>
<p class="soft small">This page stands in for 3D Secure. With a real card, the bank would ask for a code or its app.</p>
</div></main>`,
  );
}
