import type { StripeElements, StripeError } from '@stripe/stripe-js';
import { intentOf } from './client-secret.js';
import type { MethodGroup, StripeContext } from './context.js';
import { SandboxElement } from './element.js';
import { ELEMENT_TYPES, type ElementType, PAYING_TYPES } from './element-types.js';
import { IntegrationError } from './integration-error.js';

type Options = Record<string, unknown>;

const MODES = ['payment', 'subscription', 'setup'];
/** Options of `elements()` that belong to features the sandbox does not have. */
const REFUSED = ['onBehalfOf', 'customPaymentMethods', 'externalPaymentMethodTypes', 'paymentMethodConfiguration'];

/** What `elements()` answers: the Elements of one payment. */
export class ElementsGroup {
  readonly id = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  private readonly made = new Set<SandboxElement>();
  private readonly updateEnd = new Set<() => void>();
  private submitted = false;
  private given: Options;

  constructor(
    private readonly context: StripeContext,
    options: Options = {},
  ) {
    this.given = checked(options);
    const { locale } = this.optionsNow;
    if (!/^(auto|en)/.test(String(locale))) console.warn('Stripe sandbox: Elements speak English only.');
    if (options.fonts) console.warn('Stripe sandbox: Elements load no fonts.');
  }

  /** The intent that was named at the start; undefined when it is made later. */
  get clientSecret(): string | undefined {
    return this.given.clientSecret as string | undefined;
  }

  /** An intent made after `elements()` may only be confirmed with what `submit()` has checked. */
  get mustSubmit(): boolean {
    return this.given.mode !== undefined && !this.submitted;
  }

  get optionsNow(): Options {
    return { locale: this.context.locale, ...this.given };
  }

  create(type: string, options: Options = {}): SandboxElement {
    if (!ELEMENT_TYPES.includes(type as ElementType)) {
      throw new IntegrationError(
        `A valid Element name must be provided. The Stripe sandbox offers ${ELEMENT_TYPES.join(', ')}. You specified: ${type}.`,
      );
    }
    if (this.find(type)) throw new IntegrationError(`Can only create one Element of type ${type} through elements().`);
    if (type === 'payment' && !this.given.clientSecret && !this.given.mode) {
      throw new IntegrationError(
        'In order to create a payment element, you must pass a valid PaymentIntent or SetupIntent client secret, or a mode, when creating elements.',
      );
    }
    const group = {
      id: this.id,
      options: () => this.optionsNow,
      remove: (gone: SandboxElement) => this.made.delete(gone),
    };
    const element = new SandboxElement(this.context, type as ElementType, group, options);
    this.made.add(element);
    return element;
  }

  getElement(type: unknown): SandboxElement | null {
    // React components of react-stripe-js are accepted too: they carry the name.
    const name = typeof type === 'string' ? type : (type as { __elementType?: string } | null)?.__elementType;
    return this.find(name ?? '') ?? null;
  }

  async update(options: Options): Promise<void> {
    if ('clientSecret' in options && options.clientSecret !== this.given.clientSecret) {
      throw new IntegrationError(
        'elements.update(): clientSecret cannot be changed. Create new elements for another intent.',
      );
    }
    this.given = checked({ ...this.given, ...options });
    this.submitted = false;
    await this.refresh();
  }

  /** The intent may have changed on the server: the Elements look again. */
  async fetchUpdates(): Promise<{ error?: { message: string; status?: string } }> {
    await this.refresh();
    return {};
  }

  on(type: string, handler: () => void): void {
    if (type === 'update-end') this.updateEnd.add(handler);
  }

  async submit(): Promise<{ error?: StripeError; selectedPaymentMethod?: string }> {
    const paying = this.paying();
    let refused: StripeError | undefined;
    for (const element of this.made) {
      if (!element.isMounted || !['payment', 'address', 'linkAuthentication'].includes(element.elementType)) continue;
      const { error } = await element.validate<{ error?: StripeError }>();
      refused ??= error;
    }
    if (refused) return { error: refused };
    this.submitted = true;
    return paying ? { selectedPaymentMethod: 'card' } : {};
  }

  /** What is typed beside the card: billing address and email of other Elements. */
  async billingDetails(): Promise<Options> {
    const details: Options = {};
    for (const element of this.made) {
      if (!element.isMounted || !['address', 'linkAuthentication'].includes(element.elementType)) continue;
      const { value } = (await element.getValue()) as { value: Options };
      if (element.elementType === 'linkAuthentication') details.email = value.email || undefined;
      else if (value.mode !== 'shipping') Object.assign(details, { name: value.name, address: value.address });
    }
    return details;
  }

  /** The Element that holds the card. */
  paying(): SandboxElement | undefined {
    return [...this.made].find(({ elementType, isMounted }) => PAYING_TYPES.includes(elementType) && isMounted);
  }

  private find(type: string): SandboxElement | undefined {
    return [...this.made].find(({ elementType }) => elementType === type);
  }

  private async refresh(): Promise<void> {
    await Promise.all([...this.made].filter(({ isMounted }) => isMounted).map((element) => element.refresh()));
    for (const handler of this.updateEnd) handler();
  }
}

function checked(options: Options): Options {
  const { clientSecret, mode, amount, currency } = options;
  for (const name of REFUSED) {
    if (options[name] !== undefined) {
      throw new IntegrationError(`elements(): the Stripe sandbox does not honour the option ${name}. Leave it out.`);
    }
  }
  if (clientSecret !== undefined) intentOf(clientSecret, 'elements(): clientSecret');
  if (mode === undefined) return options;
  if (clientSecret !== undefined) throw new IntegrationError('elements(): pass either clientSecret or mode, not both.');
  if (!MODES.includes(mode as string)) {
    throw new IntegrationError(
      `Invalid value for elements(): mode should be one of ${MODES.join(', ')}. You specified: ${String(mode)}`,
    );
  }
  if (mode !== 'setup' && !(Number.isInteger(amount) && (amount as number) >= (mode === 'payment' ? 1 : 0))) {
    throw new IntegrationError(
      `Invalid value for elements(): amount should be a positive integer in minor units. You specified: ${String(amount)}`,
    );
  }
  if (mode !== 'setup' && !/^[a-z]{3}$/.test(String(currency))) {
    throw new IntegrationError(
      `Invalid value for elements(): currency should be a three-letter code in lower case. You specified: ${String(currency)}`,
    );
  }
  return options;
}

/** @throws IntegrationError for anything but what this `Stripe`'s `elements()` has made */
export function groupOf(elements: unknown, where: string): ElementsGroup {
  if (elements instanceof ElementsGroup) return elements;
  throw new IntegrationError(`Invalid value for ${where}: elements should be an object created by stripe.elements().`);
}

export const elementsMethods: MethodGroup = (context) => ({
  // The sandbox's Elements have every method of Stripe's, with one signature for all kinds.
  elements: (options?: object) => new ElementsGroup(context, options as Options) as unknown as StripeElements,
});
