/**
 * Follows objects through their events: a status may only change along the arrows that Stripe documents, sums add up,
 * and nothing is paid twice. Each sandbox of each test is followed.
 */
export class BillingHistory {
  private readonly statuses = new Map<string, string>();
  private readonly once = new Set<string>();

  /** What is wrong with the next event of the history. */
  next({ type, data: { object } }: HistoryEvent): string[] {
    const found = [...this.transition(object), ...this.repetition(type, object)];
    if (object.object === 'invoice') found.push(...invoiceSums(object as unknown as InvoiceSums));
    return found.map((problem) => `${type} of ${object.id}: ${problem}`);
  }

  private transition({ id, object, status }: HistoryObject): string[] {
    const arrows = TRANSITIONS[object];
    if (!arrows || !id || !status) return [];
    const known = arrows[status];
    if (!known) return [`'${status}' is no status of a ${object} that was foreseen`];
    const before = this.statuses.get(id);
    this.statuses.set(id, status);
    if (before === undefined || before === status || arrows[before]?.includes(status)) return [];
    return [`a ${object} does not go from ${before} to ${status}`];
  }

  private repetition(type: string, { id }: HistoryObject): string[] {
    if (!id || !HAPPENS_ONCE.has(type)) return [];
    const key = `${type} ${id}`;
    if (this.once.has(key)) return ['happened before'];
    this.once.add(key);
    return [];
  }
}

export interface HistoryEvent {
  type: string;
  data: { object: HistoryObject };
}
interface HistoryObject {
  id?: string;
  object: string;
  status?: string | null;
}

/**
 * From each status to those that may follow it, as the typings and https://docs.stripe.com/billing/subscriptions/overview,
 * …/invoicing/overview, …/payments/paymentintents/lifecycle describe them.
 */
const TRANSITIONS: Record<string, Record<string, readonly string[]>> = {
  subscription: {
    incomplete: ['active', 'trialing', 'incomplete_expired', 'canceled'],
    incomplete_expired: [],
    trialing: ['active', 'past_due', 'canceled', 'paused', 'unpaid'],
    active: ['past_due', 'unpaid', 'canceled', 'trialing', 'paused'],
    past_due: ['active', 'unpaid', 'canceled', 'paused', 'trialing'],
    unpaid: ['active', 'canceled', 'past_due', 'paused', 'trialing'],
    paused: ['active', 'past_due', 'canceled', 'trialing', 'unpaid'],
    canceled: [],
  },
  invoice: {
    draft: ['open', 'paid'],
    open: ['paid', 'void', 'uncollectible'],
    uncollectible: ['paid', 'void'],
    paid: [],
    void: [],
  },
  payment_intent: {
    requires_payment_method: [
      'requires_confirmation',
      'requires_action',
      'processing',
      'requires_capture',
      'succeeded',
      'canceled',
    ],
    requires_confirmation: [
      'requires_payment_method',
      'requires_action',
      'processing',
      'requires_capture',
      'succeeded',
      'canceled',
    ],
    requires_action: [
      'requires_payment_method',
      'requires_confirmation',
      'processing',
      'requires_capture',
      'succeeded',
      'canceled',
    ],
    processing: ['succeeded', 'requires_payment_method', 'requires_capture', 'canceled'],
    requires_capture: ['succeeded', 'canceled'],
    succeeded: [],
    canceled: [],
  },
  setup_intent: {
    requires_payment_method: ['requires_confirmation', 'requires_action', 'processing', 'succeeded', 'canceled'],
    requires_confirmation: ['requires_payment_method', 'requires_action', 'processing', 'succeeded', 'canceled'],
    requires_action: ['requires_payment_method', 'requires_confirmation', 'processing', 'succeeded', 'canceled'],
    processing: ['succeeded', 'requires_payment_method', 'canceled'],
    succeeded: [],
    canceled: [],
  },
  'checkout.session': { open: ['complete', 'expired'], complete: [], expired: [] },
  subscription_schedule: {
    not_started: ['active', 'canceled', 'released'],
    active: ['completed', 'released', 'canceled'],
    completed: [],
    released: [],
    canceled: [],
  },
  credit_note: { issued: ['void'], void: [] },
};

const HAPPENS_ONCE = new Set([
  'charge.succeeded',
  'checkout.session.completed',
  'checkout.session.expired',
  'credit_note.voided',
  'customer.deleted',
  'customer.subscription.created',
  'customer.subscription.deleted',
  'invoice.created',
  'invoice.finalized',
  'invoice.marked_uncollectible',
  'invoice.paid',
  'invoice.payment_succeeded',
  'invoice.voided',
  'payment_intent.succeeded',
  'setup_intent.succeeded',
  'subscription_schedule.completed',
  'subscription_schedule.canceled',
  'subscription_schedule.released',
]);

/** Amounts in minor units. */
interface InvoiceSums {
  amount_due: number;
  amount_paid: number;
  amount_remaining: number;
  lines: {
    data: { amount: number; discount_amounts: { amount: number }[] | null; taxes: Tax[] | null }[];
    has_more: boolean;
  };
  pre_payment_credit_notes_amount: number;
  status: string;
  subtotal: number;
  total: number;
  total_discount_amounts: { amount: number }[] | null;
  total_taxes: Tax[] | null;
}
interface Tax {
  amount: number;
  tax_behavior: string;
}

function invoiceSums(invoice: InvoiceSums): string[] {
  const found: string[] = [];
  const equal = (what: string, is: number, should: number) => {
    if (is !== should) found.push(`${what} is ${is}, but ${should} adds up`);
  };
  const discounts = sum(invoice.total_discount_amounts ?? []);
  const taxes = added(invoice.total_taxes ?? []);
  equal('total', invoice.total, invoice.subtotal - discounts + taxes);
  if (!invoice.lines.has_more) {
    const lines = invoice.lines.data;
    equal('subtotal', invoice.subtotal, sum(lines));
    equal('the discount of all lines', sum(lines.flatMap((line) => line.discount_amounts ?? [])), discounts);
    equal('the tax of all lines', added(lines.flatMap((line) => line.taxes ?? [])), taxes);
  }
  if (invoice.amount_due < 0) found.push(`amount_due is ${invoice.amount_due}`);
  if (invoice.status === 'open' || invoice.status === 'uncollectible') {
    equal('amount_remaining', invoice.amount_remaining, invoice.amount_due - invoice.amount_paid);
  }
  if (invoice.status === 'paid') equal('amount_remaining', invoice.amount_remaining, 0);
  return found;
}

const sum = (parts: readonly { amount: number }[]) => parts.reduce((total, { amount }) => total + amount, 0);
/** Inclusive tax is part of the amounts already. */
const added = (taxes: readonly Tax[]) => sum(taxes.filter(({ tax_behavior }) => tax_behavior === 'exclusive'));
