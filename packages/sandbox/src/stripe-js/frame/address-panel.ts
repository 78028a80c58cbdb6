import type { StripeError } from '@stripe/stripe-js';
import type { FrameSetup, ValidationError } from '../element-types.js';
import { applyAppearance } from './appearance.js';
import { asError } from './card-panel.js';
import type { FieldProblem, Fields } from './fields.js';
import type { Panel } from './panel.js';
import { isPostalCode, postalCodeLabel } from './postal-codes.js';

type Hash = Record<string, unknown>;

const ADDRESS = ['line1', 'line2', 'city', 'state', 'postal_code', 'country'];
const REQUIRED: Record<string, string> = { name: 'name', line1: 'address', city: 'city', email: 'email address' };

/** The Address Element and the Link Authentication Element (here: an email field; there is no Link). */
export class AddressPanel implements Panel {
  private setup: FrameSetup | undefined;

  constructor(private readonly fields: Fields) {
    fields.form.addEventListener('input', () => this.fields.show([]));
    fields.input('country')?.addEventListener('input', () => this.nameCode());
  }

  async apply(setup: FrameSetup): Promise<{ error?: StripeError }> {
    const first = !this.setup;
    this.setup = setup;
    applyAppearance(setup.elements.appearance as Hash | undefined);
    const values = (setup.element.defaultValues ?? {}) as Hash;
    if (first) {
      const { address, ...rest } = values;
      for (const [name, value] of Object.entries({ ...rest, ...((address ?? {}) as Hash) }))
        this.fields.set(name, value);
    }
    const phone = this.fields.form.querySelector<HTMLElement>('[data-phone]');
    if (phone) phone.hidden = (setup.element.fields as Hash | undefined)?.phone !== 'always';
    this.nameCode();
    return {};
  }

  state(): Hash {
    if (this.fields.input('email')) {
      const email = this.fields.value('email') ?? '';
      return { complete: this.problems().length === 0, empty: email === '', value: { email } };
    }
    const text = (name: string) => this.fields.value(name) ?? '';
    const address = Object.fromEntries(ADDRESS.map((name) => [name, text(name)]));
    const phone = this.fields.value('phone');
    return {
      elementMode: this.setup?.element.mode,
      complete: this.problems().length === 0,
      empty: !text('name') && !text('line1') && !text('city'),
      isNewAddress: true,
      value: {
        name: text('name'),
        address: { ...address, line2: text('line2') || null },
        ...(phone !== undefined && { phone }),
      },
    };
  }

  validate(): { error?: ValidationError } {
    const problems = this.problems();
    this.fields.show(problems);
    return problems[0] ? { error: asError(problems[0]) } : {};
  }

  private problems(): FieldProblem[] {
    const missing = Object.entries(REQUIRED)
      .filter(([field]) => this.fields.value(field) === '' || (field === 'email' && this.isNoEmail()))
      .map(([field, what]) => ({ field, code: `incomplete_${field}`, message: `Your ${what} is incomplete.` }));
    const code = this.fields.value('postal_code');
    if (code !== undefined && this.fields.value('country') === 'US' && !isPostalCode('US', code)) {
      missing.push({ field: 'postal_code', code: 'incomplete_zip', message: 'Your postal code is incomplete.' });
    }
    return missing;
  }

  private isNoEmail(): boolean {
    const email = this.fields.value('email');
    return email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email);
  }

  private nameCode(): void {
    const label = this.fields.form.querySelector('label[for="postal_code"]');
    if (label) label.textContent = postalCodeLabel(this.fields.value('country'));
  }
}
