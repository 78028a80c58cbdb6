import { callApi } from '../api-call.js';
import type { ElementSession, SavedCard } from './element-session.js';

const BRANDS: Record<string, string> = {
  amex: 'American Express',
  diners: 'Diners Club',
  discover: 'Discover',
  jcb: 'JCB',
  mastercard: 'Mastercard',
  unionpay: 'UnionPay',
  visa: 'Visa',
};

/** The customer's saved cards as a choice above the form for a new one. */
export class SavedCards {
  private cards: SavedCard[] = [];
  private chosen: string | undefined;

  constructor(
    private readonly place: HTMLElement,
    private readonly onChange: () => void,
    private readonly onRemoved: (outcome: { success: boolean; error?: string; payment_method: SavedCard }) => void,
  ) {}

  /** The one that will be paid with; undefined for a new card. */
  get selected(): SavedCard | undefined {
    return this.cards.find(({ id }) => id === this.chosen);
  }

  show(customer: ElementSession['customer']): void {
    const before = this.chosen;
    this.cards = customer?.payment_methods ?? [];
    const preferred = this.cards.find(({ id }) => id === customer?.default_payment_method) ?? this.cards[0];
    const kept = this.cards.find(({ id }) => id === before) ?? preferred;
    this.chosen = kept?.id;
    this.place.hidden = this.cards.length === 0;
    const features = customer?.customer_session.components.payment_element.features;
    const key = features?.payment_method_remove === 'enabled' ? customer?.customer_session.api_key : undefined;
    this.place.replaceChildren(
      ...this.cards.map((card) => this.row(card.id, label(card), key ? this.removal(card, key) : undefined)),
      this.row('', [text('span', 'New card')]),
    );
  }

  private row(id: string, content: HTMLElement[], action?: HTMLElement): HTMLElement {
    const row = text('div', '');
    row.className = 'choice';
    const input = document.createElement('input');
    Object.assign(input, {
      type: 'radio',
      name: 'saved',
      value: id,
      id: `saved-${id || 'new'}`,
      checked: id === (this.chosen ?? ''),
    });
    input.addEventListener('change', () => {
      this.chosen = id || undefined;
      this.onChange();
    });
    const name = document.createElement('label');
    name.htmlFor = input.id;
    name.append(...content);
    row.append(input, name, ...(action ? [action] : []));
    return row;
  }

  /** Asks again before it removes. */
  private removal(card: SavedCard, key: string): HTMLElement {
    const button = text('button', 'Remove') as HTMLButtonElement;
    button.type = 'button';
    button.className = 'button plain away';
    button.setAttribute('aria-label', `Remove card ending in ${card.card.last4}`);
    button.addEventListener('click', async () => {
      if (button.dataset.asked !== 'yes') {
        button.dataset.asked = 'yes';
        // As wide as before: what shrinks when focus leaves would move away from under the pointer.
        button.textContent = 'Confirm';
        button.setAttribute('aria-label', `Remove card ending in ${card.card.last4} for good?`);
        return;
      }
      const { error } = await callApi(
        { origin: window.location.origin, key },
        'POST',
        `/v1/payment_methods/${card.id}/detach`,
      );
      if (!error) {
        this.cards = this.cards.filter(({ id }) => id !== card.id);
        button.closest('.choice')?.remove();
        if (this.chosen === card.id) this.place.querySelector<HTMLInputElement>('input')?.click();
        this.place.hidden = this.cards.length === 0;
      }
      this.onRemoved({ success: !error, ...(error && { error: error.message ?? '' }), payment_method: card });
      this.onChange();
    });
    button.addEventListener('blur', () => {
      delete button.dataset.asked;
      button.textContent = 'Remove';
      button.setAttribute('aria-label', `Remove card ending in ${card.card.last4}`);
    });
    return button;
  }
}

function label({ card }: SavedCard): HTMLElement[] {
  const expires = text('span', `Expires ${String(card.exp_month).padStart(2, '0')}/${String(card.exp_year).slice(-2)}`);
  expires.className = 'soft';
  return [text('span', `${BRANDS[card.brand] ?? 'Card'} ending in ${card.last4}`), expires];
}

function text(tag: string, content: string): HTMLElement {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}
