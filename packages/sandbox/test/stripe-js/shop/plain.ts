import { loadStripe, type Stripe, type StripeElements } from '@stripe/stripe-js';

/**
 * A shop's page as Stripe's guides write it. What it does comes from its address; what comes out is shown in `#result`
 * and kept in `window.shop` for tests to look at.
 */

interface Shop {
  stripe: Stripe;
  elements: StripeElements;
  events: { type: string; event: unknown }[];
}
declare global {
  interface Window {
    shop: Shop;
  }
}

const params = new URLSearchParams(window.location.search);
const read = (name: string) => params.get(name) ?? undefined;
const root = document.querySelector('#root') as HTMLElement;

async function main(): Promise<void> {
  const stripe = (await loadStripe('pk_test_shop')) as Stripe;
  const clientSecret = read('secret');
  const elements = clientSecret
    ? stripe.elements({
        clientSecret,
        customerSessionClientSecret: read('session'),
        appearance: JSON.parse(read('appearance') ?? '{}'),
      })
    : stripe.elements(JSON.parse(read('elements') ?? '{}'));
  const events: Shop['events'] = [];
  window.shop = { stripe, elements, events };

  if (read('elements') === undefined && !clientSecret) {
    // Nothing but places: the test makes the Elements.
    root.innerHTML = ['a', 'b', 'c'].map((id) => `<div class="line" id="${id}"></div>`).join('');
    return;
  }
  root.innerHTML =
    '<form id="form"><div id="element"></div><button>Pay</button><p id="result" role="status"></p></form>';
  const element = elements.create('payment', JSON.parse(read('options') ?? '{}'));
  for (const type of ['ready', 'change', 'focus', 'blur', 'loaderror', 'savedpaymentmethodremove']) {
    (element as unknown as { on(type: string, handler: (event: unknown) => void): void }).on(type, (event) =>
      events.push({ type, event }),
    );
  }
  element.mount('#element');

  document.querySelector('form')?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const confirmParams = { return_url: `${window.location.origin}/done?order=1` };
    const redirect = (read('redirect') ?? 'if_required') as 'if_required';
    const confirm = clientSecret?.startsWith('seti_') ? stripe.confirmSetup : stripe.confirmPayment;
    show(await confirm({ elements, confirmParams, redirect }));
  });
}

function show(result: unknown): void {
  (document.querySelector('#result') as HTMLElement).textContent = JSON.stringify(result);
}

void main();
