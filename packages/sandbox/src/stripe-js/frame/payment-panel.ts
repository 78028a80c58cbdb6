import type { StripeError } from '@stripe/stripe-js';
import { asksFor, leavesOut } from '../billing-fields.js';
import type { CardCall, FrameSetup } from '../element-types.js';
import { CardPanel } from './card-panel.js';
import { type ElementSession, loadSession } from './element-session.js';
import type { FieldProblem, Fields } from './fields.js';
import { asksPostalCode, isPostalCode, postalCodeLabel } from './postal-codes.js';
import { SavedCards } from './saved-cards.js';

type Hash = Record<string, unknown>;

/** The Payment Element: a new card with its place, or one that the customer saved. */
export class PaymentPanel extends CardPanel {
  private readonly saved: SavedCards;
  private session: ElementSession | undefined;
  private begun = false;

  constructor(fields: Fields, now: number, emit: (name: string, detail: object) => void, changed: () => void) {
    super(fields, now);
    this.saved = new SavedCards(
      this.part('saved'),
      () => {
        this.part('new').hidden = this.saved.selected !== undefined;
        changed();
      },
      (outcome) => emit('savedpaymentmethodremove', outcome),
    );
    fields.input('country')?.addEventListener('input', () => this.askForPlace());
  }

  override async apply(setup: FrameSetup): Promise<{ error?: StripeError }> {
    await super.apply(setup);
    const { session, error } = await loadSession(setup);
    if (!session) return { error };
    this.session = session;
    const { defaultValues, business, readOnly } = setup.element as Record<string, Hash | undefined>;
    const details = (defaultValues?.billingDetails ?? {}) as Hash;
    if (!this.begun) {
      const { country, postal_code } = (details.address ?? {}) as Hash;
      this.fields.set('country', country);
      this.fields.set('postal_code', postal_code);
      this.fields.set('name', details.name);
    }
    this.begun = true;
    this.saved.show(session.customer);
    this.part('new').hidden = this.saved.selected !== undefined;
    this.part('name').hidden = !asksFor(setup.element, 'name');
    this.part('save').hidden = !this.offersSaving();
    this.part('terms').hidden = !this.keepsCard();
    if (business?.name) this.part('business').textContent = String(business.name);
    for (const input of this.fields.form.querySelectorAll('input, select')) {
      input.toggleAttribute('disabled', Boolean(readOnly));
    }
    this.askForPlace();
    return {};
  }

  override state(): Hash {
    const { selected } = this.saved;
    const { complete, empty } = super.state();
    const address = {
      country: this.fields.value('country') ?? null,
      postalCode: this.fields.value('postal_code') ?? null,
    };
    return {
      collapsed: false,
      complete: selected ? true : complete,
      empty: selected ? false : empty,
      value: {
        type: 'card',
        ...(selected && {
          payment_method: { id: selected.id, type: 'card', billing_details: selected.billing_details },
        }),
        ...(this.offersSaving() && !selected && { savePaymentMethod: this.wantsSaving() }),
        ...(!selected && { billingDetails: { address } }),
      },
    };
  }

  override async send(call: CardCall): Promise<{ object?: unknown; error?: StripeError }> {
    const { selected } = this.saved;
    if (!selected || call.into !== 'request') return super.send(call);
    const message = 'A saved card is a PaymentMethod already: confirm with it, or use createConfirmationToken.';
    return { error: { type: 'invalid_request_error', message } };
  }

  protected override request(params: Hash, into: CardCall['into']): Hash {
    const { selected } = this.saved;
    const { payment_method_data, ...rest } = params;
    if (selected) return { ...rest, payment_method: selected.id };
    const usage =
      this.wantsSaving() && !this.isSetup() ? (this.features().payment_method_save_usage ?? undefined) : undefined;
    return { ...(usage !== undefined && { setup_future_usage: usage }), ...super.request(params, into) };
  }

  protected override method(given: Hash): Hash {
    const allowed = this.offersSaving()
      ? this.wantsSaving()
        ? 'always'
        : this.keepsCard()
          ? 'limited'
          : undefined
      : undefined;
    return { ...(allowed && { allow_redisplay: allowed }), ...super.method(given) };
  }

  protected override typedDetails(): Hash {
    const name = this.fields.value('name');
    return name ? { name } : {};
  }

  protected override address(): Hash {
    const country = this.fields.value('country');
    return { ...(country && { country }), ...super.address() };
  }

  protected override problems(): FieldProblem[] {
    return this.saved.selected ? [] : super.problems();
  }

  protected override placeProblems(): FieldProblem[] {
    const code = this.fields.value('postal_code');
    const problems: FieldProblem[] = [];
    if (this.fields.value('name') === '') {
      problems.push({ field: 'name', code: 'incomplete_name', message: 'Your name is incomplete.' });
    }
    if (code !== undefined && !isPostalCode(this.fields.value('country'), code)) {
      problems.push({ field: 'postal_code', code: 'incomplete_zip', message: 'Your postal code is incomplete.' });
    }
    return problems;
  }

  private askForPlace(): void {
    const element = this.setup?.element ?? {};
    const country = this.fields.input('country')?.value;
    this.part('country').hidden = leavesOut(element, 'country');
    this.part('postal-code').hidden = leavesOut(element, 'postalCode') || !asksPostalCode(country);
    this.part('place').classList.toggle('single', this.part('postal-code').hidden || this.part('country').hidden);
    const label = this.fields.form.querySelector('label[for="postal_code"]');
    if (label) label.textContent = postalCodeLabel(country);
    this.fields.input('postal_code')?.setAttribute('placeholder', country === 'US' ? '12345' : '');
  }

  private part(name: string): HTMLElement {
    const found = this.fields.form.querySelector<HTMLElement>(`[data-${name}]`);
    if (!found) throw new Error(`The frame has no part ${name}.`);
    return found;
  }

  private features(): Record<string, unknown> {
    return this.session?.customer?.customer_session.components.payment_element.features ?? {};
  }

  private offersSaving(): boolean {
    return this.features().payment_method_save === 'enabled';
  }

  private wantsSaving(): boolean {
    const box = this.fields.input('save');
    return this.offersSaving() && box instanceof HTMLInputElement && box.checked;
  }

  private isSetup(): boolean {
    return this.session?.payment_method_preference.setup_intent !== undefined || this.setup?.elements.mode === 'setup';
  }

  /** Whether this payment keeps the card for later ones anyway. */
  private keepsCard(): boolean {
    const { mode, setupFutureUsage } = this.setup?.elements ?? {};
    const terms = (this.setup?.element.terms as Hash | undefined)?.card;
    if (terms === 'never') return false;
    const usage = this.session?.payment_method_preference.payment_intent?.setup_future_usage ?? setupFutureUsage;
    return terms === 'always' || this.isSetup() || mode === 'subscription' || Boolean(usage);
  }
}
