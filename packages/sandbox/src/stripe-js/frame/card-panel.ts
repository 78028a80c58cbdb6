import type { StripeError } from '@stripe/stripe-js';
import { cardProblems, digitsOf, readExpiry } from '../../pages/cards/card-problems.js';
import { callApi } from '../api-call.js';
import type { CardCall, FrameSetup, ValidationError } from '../element-types.js';
import { applyAppearance, applyStyle } from './appearance.js';
import type { FieldProblem, Fields } from './fields.js';
import type { Panel } from './panel.js';
import { isPostalCode } from './postal-codes.js';

type Hash = Record<string, unknown>;

/** What frames of one `elements()` read of each other: they are of one origin, their page is of another. */
export interface CardPart {
  group: string;
  value(name: string): string | undefined;
  problems(): FieldProblem[];
}
declare global {
  interface Window {
    sandboxCardPart?: CardPart;
  }
}

/** Only here goes a card. */
const DESTINATIONS = /^\/v1\/(payment_methods|confirmation_tokens|(payment|setup)_intents\/\w+\/confirm)$/;
const FIELD_OF: Record<string, string> = { number: 'number', exp_month: 'expiry', exp_year: 'expiry', cvc: 'cvc' };
/** Members of `change` that tell the brand, by the pages' own names of brands. */
const BRANDS: Record<string, string> = {
  Visa: 'visa',
  Mastercard: 'mastercard',
  Amex: 'amex',
  Discover: 'discover',
  JCB: 'jcb',
  Diners: 'diners',
  UnionPay: 'unionpay',
};

/** The Elements that take a card: in one line, or one field each. The Payment Element adds to it. */
export class CardPanel implements Panel {
  protected setup: FrameSetup | undefined;
  private readonly left = new Set<string>();

  constructor(
    protected readonly fields: Fields,
    /** Stripe seconds. */
    private readonly now: number,
  ) {
    fields.form.addEventListener('focusout', (event) => {
      if (event.target instanceof HTMLInputElement && event.target.value) this.left.add(event.target.name);
      this.showProblems();
    });
    fields.form.addEventListener('input', () => this.showProblems());
  }

  async apply(setup: FrameSetup): Promise<{ error?: StripeError }> {
    this.setup = setup;
    applyAppearance(setup.elements.appearance as Hash | undefined);
    const { style, placeholder, hidePostalCode, disabled, value } = setup.element as Record<string, never>;
    applyStyle(style);
    const postalCode = this.fields.input('postal_code');
    if (postalCode && this.fields.form.querySelector('.bare')) postalCode.hidden = hidePostalCode === true;
    for (const input of this.fields.form.querySelectorAll('input')) input.disabled = disabled === true;
    if (placeholder !== undefined)
      this.fields.form.querySelector('input')?.setAttribute('placeholder', String(placeholder));
    if (value) this.fields.set('postal_code', (value as Hash).postalCode);
    window.sandboxCardPart = {
      group: setup.group,
      value: (name) => this.fields.value(name),
      problems: () => this.problems(),
    };
    return {};
  }

  state(): Hash {
    const [error] = this.shownProblems();
    return {
      complete: this.problems().length === 0,
      empty: ['number', 'expiry', 'cvc'].every((name) => !this.fields.value(name)),
      error: error && asError(error),
      ...(this.fields.input('number') && {
        brand: BRANDS[this.fields.form.querySelector('.brand')?.textContent ?? ''] ?? 'unknown',
      }),
      ...(this.fields.input('postal_code') && { value: { postalCode: this.fields.value('postal_code') ?? '' } }),
    };
  }

  validate(): { error?: ValidationError } {
    const own = this.problems();
    this.fields.show(own);
    const [problem] = [...own, ...this.siblings().flatMap((part) => part.problems())];
    return problem ? { error: asError(problem) } : {};
  }

  async send({ path, params, into }: CardCall): Promise<{ object?: unknown; error?: StripeError }> {
    if (!DESTINATIONS.test(path)) throw new Error(`A card is not sent to ${path}.`);
    const { error } = this.validate();
    if (error) return { error };
    const answer = await this.call(path, this.request(params, into));
    this.showRefusal(answer.error);
    return answer;
  }

  protected call(path: string, params: Hash) {
    return callApi<unknown>({ origin: window.location.origin, key: this.setup?.key ?? '' }, 'POST', path, params);
  }

  /** The page's parameters with the card in its place. */
  protected request(params: Hash, into: CardCall['into']): Hash {
    if (into === 'request') return { ...params, ...this.method(params) };
    return { ...params, payment_method_data: this.method((params.payment_method_data ?? {}) as Hash) };
  }

  /** What the page says of the payment method wins over what was typed, as in Stripe.js. */
  protected method(given: Hash): Hash {
    const details = (given.billing_details ?? {}) as Hash;
    const address = { ...this.address(), ...((details.address ?? {}) as Hash) };
    return {
      ...given,
      type: 'card',
      card: this.card(),
      billing_details: { ...this.typedDetails(), ...details, ...(Object.keys(address).length > 0 && { address }) },
    };
  }

  protected typedDetails(): Hash {
    return {};
  }

  protected address(): Hash {
    const postal_code = this.fields.value('postal_code');
    return postal_code ? { postal_code } : {};
  }

  protected problems(): FieldProblem[] {
    const number = this.fields.value('number') ?? this.typedElsewhere('number');
    const [expiry, cvc] = [this.fields.value('expiry'), this.fields.value('cvc')];
    const found = cardProblems(
      {
        ...(number !== undefined && { number }),
        ...(expiry !== undefined && { expiry }),
        ...(cvc !== undefined && { cvc }),
      },
      this.now,
    );
    // Without a number yet, a security code of four digits may well be right.
    const mayBeRight = number === undefined && digitsOf(cvc).length === 4;
    const own = found.filter(({ field }) => this.fields.input(field) && !(field === 'cvc' && mayBeRight));
    return [...own, ...this.placeProblems()];
  }

  protected placeProblems(): FieldProblem[] {
    const code = this.fields.value('postal_code');
    if (code === undefined || isPostalCode('US', code)) return [];
    return [{ field: 'postal_code', code: 'incomplete_zip', message: 'Your postal code is incomplete.' }];
  }

  protected showProblems(): void {
    this.fields.show(this.shownProblems());
  }

  /** A field is told off once it was left, or as soon as more typing cannot help it. */
  private shownProblems(): FieldProblem[] {
    return this.problems().filter(
      ({ field, code }) => this.fields.value(field) && (this.left.has(field) || code.startsWith('invalid')),
    );
  }

  private card(): Hash {
    const part = (name: string) => this.fields.value(name) ?? this.typedElsewhere(name) ?? '';
    const expiry = readExpiry(part('expiry'));
    return {
      number: digitsOf(part('number')),
      exp_month: expiry?.month,
      exp_year: expiry?.year,
      cvc: digitsOf(part('cvc')),
    };
  }

  /** What another frame of the same card holds. */
  private typedElsewhere(name: string): string | undefined {
    return this.siblings()
      .map((each) => each.value(name))
      .find((value) => value !== undefined);
  }

  private siblings(): CardPart[] {
    const found: CardPart[] = [];
    for (let at = 0; at < window.parent.length; at += 1) {
      try {
        const part = window.parent[at]?.sandboxCardPart;
        if (part && part !== window.sandboxCardPart && part.group === this.setup?.group) found.push(part);
      } catch {
        // A frame of somebody else.
      }
    }
    return found;
  }

  private showRefusal(error: StripeError | undefined): void {
    if (error?.type !== 'card_error') return;
    const field = FIELD_OF[error.param ?? ''] ?? 'number';
    this.fields.show([{ field, code: error.code ?? '', message: error.message ?? '' }]);
  }
}

export function asError({ code, message }: FieldProblem): ValidationError {
  return { type: 'validation_error', code, message };
}
