import type { StripeContext } from './context.js';

/** The bank's question in a dialog over the page; resolves when the person has answered. */
export function challenge({ origin }: StripeContext, intent: string): Promise<void> {
  const dialog = document.createElement('dialog');
  dialog.setAttribute('aria-label', 'Authentication by your bank');
  Object.assign(dialog.style, {
    width: 'min(460px, calc(100vw - 32px))',
    height: 'min(560px, calc(100vh - 32px))',
    padding: '0',
    border: '0',
    borderRadius: '14px',
    overflow: 'hidden',
    background: '#f5f7fa',
    boxShadow: '0 24px 80px rgb(23 32 46 / 35%)',
  });
  const frame = document.createElement('iframe');
  frame.src = `${origin}/3ds/${intent}`;
  frame.title = 'Authentication by your bank';
  Object.assign(frame.style, { width: '100%', height: '100%', border: '0', display: 'block' });
  dialog.append(frame);
  document.body.append(dialog);
  const before = document.activeElement;
  dialog.showModal();
  return new Promise((resolve) => {
    // Only an answer ends it: leaving would strand the payment in between.
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    const listen = ({ data, origin: from, source }: MessageEvent) => {
      if (from !== origin || source !== frame.contentWindow || data?.type !== 'tollgate-sandbox-authenticated') return;
      window.removeEventListener('message', listen);
      dialog.close();
      dialog.remove();
      if (before instanceof HTMLElement) before.focus();
      resolve();
    };
    window.addEventListener('message', listen);
  });
}
