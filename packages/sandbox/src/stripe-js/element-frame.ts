import type { ElementType } from './element-types.js';

/** What a screen reader calls each frame, as with Stripe.js. */
const FRAME_TITLES: Record<ElementType, string> = {
  payment: 'Secure payment input frame',
  card: 'Secure card payment input frame',
  cardNumber: 'Secure card number input frame',
  cardExpiry: 'Secure expiration date input frame',
  cardCvc: 'Secure CVC input frame',
  address: 'Secure address input frame',
  linkAuthentication: 'Secure email input frame',
  expressCheckout: 'Secure express checkout frame',
};

/** The frame of an Element, not yet on the page: it lets the focus ring of its fields stand out over its edges. */
export function createFrame(origin: string, type: ElementType): HTMLIFrameElement {
  const frame = document.createElement('iframe');
  const address = new URL('/elements/frame', origin);
  address.searchParams.set('type', type);
  address.searchParams.set('parent', window.location.origin);
  frame.src = address.href;
  frame.title = FRAME_TITLES[type];
  frame.allow = 'payment *';
  Object.assign(frame.style, {
    border: '0',
    display: 'block',
    width: 'calc(100% + 8px)',
    margin: '-4px',
    height: '0',
    colorScheme: 'none',
  });
  return frame;
}
