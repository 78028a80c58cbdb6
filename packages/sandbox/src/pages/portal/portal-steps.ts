import { html } from 'hono/html';
import type { Problem } from '../cards/card-entry.js';
import { type CardFormView, cardForm } from '../cards/card-form.js';
import type { Html } from '../document.js';
import { type PortalLink, portalFrame } from './portal-page.js';

export interface StepView {
  merchant: string;
  headline: string | null;
  returnUrl: string | null;
  links: PortalLink[];
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
  view: StepView & {
    action: string;
    name: string;
    effect: string;
    atOnce: boolean;
    reasons: string[];
    /** What is held out to those who want to leave. */
    offer?: { text: string; action: string };
  },
): Html {
  return step(
    view,
    'Cancel plan',
    html`${view.offer && html`<form class="banner good offer" method="post" action="${view.offer.action}"><strong>${view.offer.text}</strong><button class="button" type="submit">Accept the offer</button></form>`}
<p>${view.effect}</p>
<form class="stack" method="post" action="${view.action}" data-busy="Canceling…">
${
  view.reasons.length > 0 &&
  html`<div class="field"><label for="feedback">Why do you cancel? (optional)</label>
<select id="feedback" name="feedback"><option value="">Choose a reason</option>
${REASONS.filter(([value]) => view.reasons.includes(value)).map(([value, label]) => html`<option value="${value}">${label}</option>`)}
</select></div>
<div class="field"><label for="comment">Anything else? (optional)</label><textarea id="comment" name="comment" rows="3" maxlength="500"></textarea></div>`
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
  view: StepView & {
    action: string;
    choices: PlanChoice[];
    quantity?: { value: number; minimum: number; maximum: number | null };
    /** What was typed; null where no code is taken. */
    code: string | null;
    problems: Problem[];
  },
): Html {
  const { quantity } = view;
  return step(
    view,
    'Change plan',
    html`<form class="stack" method="get" action="${view.action}">
<fieldset class="group"><legend class="visually-hidden">Plan</legend>
${view.choices.map(
  (
    choice,
  ) => html`<label class="choice"><input type="radio" name="price" value="${choice.price}"${choice.chosen ? html` checked` : ''}>
<span class="grow"><strong>${choice.name}</strong><br><span class="soft">${choice.cost}${choice.current ? ' · current plan' : ''}</span></span></label>`,
)}</fieldset>
${quantity && html`<div class="field"><label for="quantity">Quantity</label><input id="quantity" name="quantity" type="number" min="${quantity.minimum}"${quantity.maximum === null ? '' : html` max="${quantity.maximum}"`} inputmode="numeric" value="${quantity.value}"></div>`}
${view.code !== null && html`<div class="field"><label for="code">Promotion code (optional)</label><input id="code" name="code" autocomplete="off" spellcheck="false" value="${view.code}"></div>`}
${problemBanner(view.problems)}
<div class="actions"><button class="button primary" type="submit">Continue</button>
${view.back && html`<a class="button" href="${view.back}">Back</a>`}</div></form>`,
  );
}

export interface ConfirmView extends StepView {
  action: string;
  fields: Record<string, string>;
  name: string;
  /** E.g. `$36.00 per month`. */
  cost: string;
  quantity: number | null;
  due: string;
  effect: string;
  /** There is nothing to confirm. */
  unchanged: boolean;
  problems: Problem[];
}

export function confirmStep(view: ConfirmView): Html {
  return step(
    view,
    'Confirm your change',
    html`<dl class="facts">
<div><dt>New plan</dt><dd>${view.name}</dd></div>
${view.quantity !== null && html`<div><dt>Quantity</dt><dd>${view.quantity}</dd></div>`}
<div><dt>Price</dt><dd>${view.cost}</dd></div>
<div><dt>Due today</dt><dd>${view.due}</dd></div></dl>
<form class="stack" method="post" action="${view.action}" data-busy="Changing…">
${Object.entries(view.fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${problemBanner(view.problems)}
<p class="soft small">${view.unchanged ? 'This is your plan already.' : view.effect}</p>
<div class="actions">${!view.unchanged && html`<button class="button primary" type="submit">Confirm</button>`}
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

export function problemBanner(problems: Problem[]): Html {
  return problems.length === 0
    ? html``
    : html`<div class="banner bad" role="alert">${problems.map(({ message }) => message).join(' ')}</div>`;
}

export function step(view: StepView, title: string, body: Html): Html {
  return portalFrame(
    view,
    title,
    html`<section class="step" aria-labelledby="step"><h2 id="step">${title}</h2>
<div class="stack">${body}</div></section>`,
  );
}
