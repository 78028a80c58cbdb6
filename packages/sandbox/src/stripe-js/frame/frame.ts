import type { StripeError } from '@stripe/stripe-js';
import type { CardCall, FrameSetup } from '../element-types.js';
import { Port } from '../port.js';
import { AddressPanel } from './address-panel.js';
import { CardPanel } from './card-panel.js';
import { Fields } from './fields.js';
import type { Panel } from './panel.js';
import { PaymentPanel } from './payment-panel.js';

/** The inside of an Element: what is typed here stays here and goes to the sandbox, never to the page around it. */

const { type = '', parent = '', now = '0' } = document.body.dataset;
const fields = new Fields(document.forms[0] as HTMLFormElement);
let last = '';

const port = new Port({ peer: () => window.parent, origin: parent, onCall: answer });
const panel = panelOf();

function panelOf(): Panel {
  if (type === 'payment')
    return new PaymentPanel(fields, Number(now), (name, detail) => port.emit(name, detail), changed);
  if (type.startsWith('card')) return new CardPanel(fields, Number(now));
  if (type === 'expressCheckout') {
    return {
      apply: async () => ({}),
      state: () => ({}),
      validate: () => ({}),
      // Stripe.js says so when the browser has no wallet to offer.
      ready: () => ({ availablePaymentMethods: undefined }),
    };
  }
  return new AddressPanel(fields);
}

async function answer(name: string, argument: unknown): Promise<unknown> {
  if (name === 'begin' || name === 'update') return apply(name, argument as FrameSetup);
  if (name === 'validate') return panel.validate();
  if (name === 'value') return panel.state();
  if (name === 'send') return panel.send?.(argument as CardCall);
  if (name === 'focus') return fields.focus();
  if (name === 'blur') return (document.activeElement as HTMLElement | null)?.blur();
  if (name === 'clear') {
    fields.clear();
    return changed();
  }
  throw new Error(`The frame does not know ${name}.`);
}

async function apply(name: 'begin' | 'update', setup: FrameSetup): Promise<void> {
  const { error } = await panel.apply(setup);
  if (error) return failed(error);
  if (name === 'begin') {
    last = JSON.stringify(panel.state());
    port.emit('ready', panel.ready?.());
    if (type === 'payment') port.emit('change', panel.state());
  } else changed();
}

function failed(error: StripeError): void {
  port.emit('loaderror', { error });
}

function changed(): void {
  const state = JSON.stringify(panel.state());
  if (state === last) return;
  last = state;
  port.emit('change', panel.state());
}

for (const event of ['input', 'change', 'focusout']) fields.form.addEventListener(event, changed);
fields.form.addEventListener('focusin', (event) => {
  if (!fields.form.contains(event.relatedTarget as Node | null)) port.emit('focus');
});
fields.form.addEventListener('focusout', (event) => {
  if (!fields.form.contains(event.relatedTarget as Node | null)) port.emit('blur');
});
fields.form.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') port.emit('escape');
  // No button in here would send the form: the page's own form is meant.
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement) {
    event.preventDefault();
    port.emit('_submit');
  }
});
new ResizeObserver(() => port.emit('resize', Math.ceil(document.body.getBoundingClientRect().height))).observe(
  document.body,
);
port.emit('loaded');
