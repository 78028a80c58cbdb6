import { html } from 'hono/html';
import type { Problem } from './card-entry.js';
import { type CardFormView, cardForm } from './card-form.js';
import type { Html } from './document.js';
import { portalFrame } from './portal-page.js';

interface StepView {
  merchant: string;
  headline: string | null;
  returnUrl: string | null;
  /** Where "Back" leads; null in a flow that has no portal around it. */
  back: string | null;
}

const REASONS: [value: string, label: string][] = [
  ['too_expensive', 'It is too expensive'],
  ['missing_features', 'I need features that are missing'],
  ['switched_service', 'I found an alternative'],
  ['unused', 'I no longer need it'],
  ['customer_service', 'Customer service fell short'],
  ['too_complex', 'It is too hard to use'],
  ['low_quality', 'The quality fell short'],
  ['other', 'Something else'],
];

export function cancelStep(
  view: StepView & { action: string; name: string; effect: string; atOnce: boolean; reasons: string[] },
): Html {
  return step(
    view,
    'Cancel plan',
    html`<p>${view.effect}</p>
<form class="stack" method="post" action="${view.action}" data-busy="Canceling…">
${
  view.reasons.length > 0 &&
  html`<div class="field"><label for="feedback">Why do you cancel? (optional)</label>
<select id="feedback" name="feedback"><option value="">Choose a reason</option>
${REASONS.filter(([value]) => view.reasons.includes(value)).map(([value, label]) => html`<option value="${value}">${label}</option>`)}
</select></div>`
}
<div class="actions"><button class="button danger" type="submit">${view.atOnce ? 'Cancel now' : 'Cancel plan'}</button>
${view.back && html`<a class="button" href="${view.back}">Keep ${view.name}</a>`}</div></form>`,
  );
}

export interface PlanChoice {
  price: string;
  name: string;
  cost: string;
  current: boolean;
  chosen: boolean;
}

export function updateStep(
  view: StepView & { action: string; choices: PlanChoice[]; quantity?: number; effect: string; problems: Problem[] },
): Html {
  return step(
    view,
    'Change plan',
    html`<form class="stack" method="post" action="${view.action}" data-busy="Changing…">
<fieldset class="group"><legend class="visually-hidden">Plan</legend>
${view.choices.map(
  (
    choice,
  ) => html`<label class="choice"><input type="radio" name="price" value="${choice.price}"${choice.chosen ? html` checked` : ''}>
<span class="grow"><strong>${choice.name}</strong><br><span class="soft">${choice.cost}${choice.current ? ' · current plan' : ''}</span></span></label>`,
)}</fieldset>
${view.quantity !== undefined && html`<div class="field"><label for="quantity">Quantity</label><input id="quantity" name="quantity" type="number" min="1" inputmode="numeric" value="${view.quantity}"></div>`}
${problemBanner(view.problems)}
<p class="soft small">${view.effect}</p>
<div class="actions"><button class="button primary" type="submit">Confirm</button>
${view.back && html`<a class="button" href="${view.back}">Back</a>`}</div></form>`,
  );
}

export function addCardStep(view: StepView & { form: CardFormView }): Html {
  return step(
    view,
    'Add a card',
    html`${cardForm(view.form)}
${view.back && html`<p><a href="${view.back}">Back to your billing</a></p>`}`,
  );
}

export function customerStep(
  view: StepView & { action: string; name: string; email: string; problems: Problem[] },
): Html {
  return step(
    view,
    'Billing details',
    html`<form class="stack" method="post" action="${view.action}" data-busy="Saving…" novalidate>
<div class="field"><label for="name">Name</label><input id="name" name="name" autocomplete="name" value="${view.name}"></div>
<div class="field"><label for="email">Email</label><input id="email" name="email" type="email" autocomplete="email" value="${view.email}"></div>
${problemBanner(view.problems)}
<div class="actions"><button class="button primary" type="submit">Save</button>
${view.back && html`<a class="button" href="${view.back}">Back</a>`}</div></form>`,
  );
}

function problemBanner(problems: Problem[]): Html {
  return problems.length === 0
    ? html``
    : html`<div class="banner bad" role="alert">${problems.map(({ message }) => message).join(' ')}</div>`;
}

function step(view: StepView, title: string, body: Html): Html {
  return portalFrame(
    view,
    title,
    html`<section class="step" aria-labelledby="step"><h2 id="step">${title}</h2>
<div class="stack">${body}</div></section>`,
  );
}
