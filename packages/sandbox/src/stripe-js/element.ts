import { leavesOut } from './billing-fields.js';
import type { StripeContext } from './context.js';
import { createFrame } from './element-frame.js';
import type { CardCall, ElementType, FrameSetup } from './element-types.js';
import { IntegrationError } from './integration-error.js';
import { Port } from './port.js';

type Options = Record<string, unknown>;
type Handler = (event: unknown) => unknown;

/** What an Element needs of the `elements()` that made it. */
export interface ElementGroup {
  id: string;
  options(): Options;
  remove(element: SandboxElement): void;
}

/** Options that cannot be followed, with the reason; the browser's console says so once an Element is created. */
const UNHEEDED: Partial<Record<ElementType, Record<string, string>>> = {
  payment: { applePay: 'there are no wallets', walletOptions: 'there are no wallets' },
};

/** One Element: a frame of the sandbox's own origin in the page, and the events that come from it. */
export class SandboxElement {
  private readonly handlers = new Map<string, Set<Handler>>();
  private host: HTMLElement | undefined;
  private frame: HTMLIFrameElement | undefined;
  private port: Port | undefined;
  private begun: Promise<void> | undefined;
  private destroyed = false;

  constructor(
    private readonly context: StripeContext,
    readonly elementType: ElementType,
    private readonly group: ElementGroup,
    private options: Options,
  ) {
    for (const [name, why] of Object.entries(UNHEEDED[elementType] ?? {})) {
      if (options[name] !== undefined) console.warn(`Stripe sandbox: ${elementType} Element ignores ${name}: ${why}.`);
    }
  }

  /** @throws IntegrationError when a billing field was left to the page and the page does not send it */
  requireLeftOut(details: Options | undefined, method: string): void {
    if (this.elementType !== 'payment') return;
    const address = details?.address as Options | undefined;
    const missing = (name: string, value: unknown) => leavesOut(this.options, name) && value === undefined;
    const path = missing('country', address?.country) ? 'address.country' : missing('name', details?.name) && 'name';
    if (!path) return;
    throw new IntegrationError(
      `You specified "never" for fields.billingDetails.${path} when creating the payment Element, but did not pass confirmParams.payment_method_data.billing_details.${path} when calling stripe.${method}. If you opt out of collecting data via the payment Element using the fields option, the data must be passed in when calling stripe.${method}.`,
    );
  }

  get isMounted(): boolean {
    return this.frame !== undefined;
  }

  mount(target: string | HTMLElement): void {
    if (this.destroyed) {
      throw new IntegrationError('This Element has already been destroyed. Please create a new one.');
    }
    const host = typeof target === 'string' ? document.querySelector<HTMLElement>(target) : target;
    if (!host) {
      const where = typeof target === 'string' ? ` (${target})` : '';
      throw new IntegrationError(
        `The selector you specified${where} applies to no DOM elements that are currently on the page. Make sure the element exists on the page before calling mount().`,
      );
    }
    if (this.host === host && host.contains(this.frame ?? null)) return;
    this.unmount();
    this.host = host;
    const frame = createFrame(this.context.origin, this.elementType);
    host.replaceChildren(frame);
    this.toggle('base', true);
    this.toggle('empty', true);
    this.frame = frame;
    this.port = new Port({
      peer: () => frame.contentWindow,
      origin: this.context.origin,
      onEvent: (name, detail) => this.receive(name, detail),
    });
  }

  unmount(): void {
    this.port?.close();
    this.frame?.remove();
    for (const state of ['base', 'empty', 'complete', 'focus', 'invalid']) this.toggle(state, false);
    this.host = this.frame = this.port = this.begun = undefined;
  }

  destroy(): void {
    this.unmount();
    this.destroyed = true;
    this.group.remove(this);
  }

  update(options: Options = {}): this {
    this.options = { ...this.options, ...options };
    this.refresh();
    return this;
  }

  /** Tells the frame the present options of this Element and of its `elements()`. */
  async refresh(): Promise<void> {
    if (this.begun) await this.ask('update', this.setup());
  }

  focus(): void {
    this.frame?.focus();
    this.tell('focus');
  }

  blur(): void {
    this.tell('blur');
    this.frame?.blur();
  }

  clear(): void {
    this.tell('clear');
  }

  /** There is one payment method, always open: nothing to fold. */
  collapse(): this {
    return this;
  }

  on(type: string, handler: Handler): this {
    const known = this.handlers.get(type) ?? new Set();
    this.handlers.set(type, known.add(handler));
    return this;
  }

  once(type: string, handler: Handler): this {
    const once = (event: unknown) => {
      this.off(type, once);
      return handler(event);
    };
    return this.on(type, once);
  }

  off(type: string, handler?: Handler): this {
    if (handler) this.handlers.get(type)?.delete(handler);
    else this.handlers.delete(type);
    return this;
  }

  /** The address that an Address Element holds. */
  getValue(): Promise<unknown> {
    return this.ask('value');
  }

  /** Checks what was typed and shows what is missing. */
  validate<T>(): Promise<T> {
    return this.ask('validate');
  }

  /** Has the frame call Stripe's API with the card that was typed or chosen in it. */
  send<T>(call: CardCall): Promise<T> {
    return this.ask('send', call);
  }

  private tell(name: string): void {
    this.ask(name).catch(() => undefined);
  }

  private async ask<T>(name: string, argument?: unknown): Promise<T> {
    if (!this.port) {
      throw new IntegrationError(
        `We could not retrieve data from the specified Element. Please make sure the Element you are attempting to use is still mounted.`,
      );
    }
    const port = this.port;
    await this.whenBegun();
    return port.call<T>(name, argument);
  }

  private whenBegun(): Promise<void> {
    return this.begun ?? new Promise((resolve) => this.once('_begun', () => resolve()));
  }

  private setup(): FrameSetup {
    return { key: this.context.key, group: this.group.id, elements: this.group.options(), element: this.options };
  }

  private receive(name: string, detail: unknown): void {
    if (name === 'loaded') {
      this.dispatch('loaderstart', {});
      this.begun = this.port?.call('begin', this.setup());
      // It ends early when the Element is unmounted again; who waits for it is told so.
      this.begun?.catch(() => undefined);
      this.dispatch('_begun', {});
    } else if (name === 'resize') {
      if (this.frame) this.frame.style.height = `${Number(detail)}px`;
    } else if (name === '_submit') {
      this.host?.closest('form')?.requestSubmit();
    } else {
      this.dispatch(name, (detail ?? {}) as Options);
    }
  }

  private dispatch(type: string, detail: Options): void {
    this.mark(type, detail);
    for (const handler of [...(this.handlers.get(type) ?? [])]) handler({ elementType: this.elementType, ...detail });
  }

  /** The classes by which a shop's stylesheet sees the state of an Element. */
  private mark(type: string, { complete, empty, error }: Options): void {
    if (type === 'focus' || type === 'blur') this.toggle('focus', type === 'focus');
    if (type !== 'change') return;
    this.toggle('complete', complete === true);
    this.toggle('empty', empty === true);
    this.toggle('invalid', error !== undefined);
  }

  private toggle(state: string, on: boolean): void {
    const own = (this.options.classes as Record<string, string> | undefined)?.[state];
    const names = own ?? (state === 'base' ? 'StripeElement' : `StripeElement--${state}`);
    for (const name of names.split(' ').filter(Boolean)) this.host?.classList.toggle(name, on);
  }
}
