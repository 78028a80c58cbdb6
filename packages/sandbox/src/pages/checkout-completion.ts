import type Stripe from 'stripe';
import { type CheckoutSession, EXPIRE_JOB, planOf } from '../billing/checkout/checkout-sessions.js';
import { defaultPayment } from '../billing/invoices/invoices.js';
import { confirmIntent, finishAuthentication } from '../billing/invoices/settlement.js';
import { attachPaymentMethod, declinedCard, type PaymentMethod } from '../billing/payments/payment-methods.js';
import { answerSetupAuthentication, confirmSetupIntent, createSetupIntent } from '../billing/payments/setup-intents.js';
import { startSubscription } from '../billing/subscriptions/subscription-start.js';
import type { Transaction } from '../engine/transaction.js';
import { createCustomer, updateCustomer } from '../resources/customers.js';
import { subscriptionGiven } from '../resources/subscription-create-params.js';

/** Who pays, as typed on the page. */
export interface Payer {
  email: string;
  /** Both empty where no card was asked for. */
  name: string;
  country: string;
}

/** The bank wants to hear from the person first; everything done so far has to be undone. */
export class AuthenticationRequired extends Error {
  override readonly name = 'AuthenticationRequired';
}

/**
 * Pays an open session: customer, subscription (or saved card), and the session's completion in one step.
 * @param authenticated the person has just approved at the bank
 * @throws StripeError 402 for a declined card and AuthenticationRequired; neither leaves anything behind
 */
export function completeCheckout(
  tx: Transaction,
  session: CheckoutSession,
  payer: Payer,
  method: PaymentMethod | null,
  authenticated: boolean,
): CheckoutSession {
  const customer = session.mode === 'setup' && !session.customer ? null : customerFor(tx, session, payer);
  const done = session.mode === 'setup' ? saveCard : subscribe;
  const outcome = done(tx, session, customer, method, authenticated);
  tx.unschedule(EXPIRE_JOB, session.id);
  const completed = tx.patch('checkout.session', session.id, {
    ...outcome,
    collected_information: { business_name: null, individual_name: null, shipping_details: null },
    customer,
    customer_details: detailsOf(tx, customer, payer),
    status: 'complete',
    url: null,
    ...(session.automatic_tax.enabled && { automatic_tax: { ...session.automatic_tax, status: 'complete' } }),
  });
  tx.emit('checkout.session.completed', completed);
  return completed;
}

function subscribe(
  tx: Transaction,
  session: CheckoutSession,
  customer: string | null,
  method: PaymentMethod | null,
  authenticated: boolean,
): Partial<CheckoutSession> {
  const plan = planOf(tx, session.id);
  const card = method && attachPaymentMethod(tx, method, customer as string);
  const recurring = plan.items.filter(({ price }) => tx.require('price', price, 'price').type === 'recurring');
  const once = plan.items.filter((item) => !recurring.includes(item));
  const { trial_settings, description, metadata, trial_end, trial_period_days } = plan.subscription;
  const given = subscriptionGiven(tx, {
    customer: customer as string,
    items: recurring.map(({ price, quantity, metadata: itemMetadata }) => ({
      price,
      metadata: itemMetadata,
      ...(quantity !== null && { quantity }),
    })),
    add_invoice_items: once.map(({ price, quantity }) => ({ price, quantity: quantity ?? 1 })),
    currency: session.currency as string,
    payment_behavior: 'default_incomplete',
    discounts: plan.discounts.map(({ coupon, promotion_code }) => ({
      ...(coupon && { coupon }),
      ...(promotion_code && { promotion_code }),
    })),
    ...(card && { default_payment_method: card.id }),
    ...(metadata && { metadata }),
    ...(description && { description }),
    ...(trial_end !== undefined && { trial_end }),
    ...(trial_period_days !== undefined && { trial_period_days }),
    ...(trial_settings && { trial_settings }),
  });
  const { id, latest_invoice, pending_setup_intent } = startSubscription(tx, given);
  const due = latest_invoice ? tx.require('invoice', latest_invoice).amount_due : 0;
  if (card && latest_invoice && due > 0) pay(tx, latest_invoice, authenticated);
  if (card && pending_setup_intent) setUp(tx, pending_setup_intent, card, authenticated);
  return {
    subscription: id,
    invoice: latest_invoice,
    payment_status: due > 0 ? 'paid' : 'no_payment_required',
  };
}

function pay(tx: Transaction, invoice: string, authenticated: boolean): void {
  const intent = defaultPayment(tx, invoice)?.payment.payment_intent;
  if (!intent) throw new Error(`${invoice} has no payment intent`);
  let outcome = confirmIntent(tx, intent, { offSession: false });
  if (outcome.kind === 'requires_action') {
    if (!authenticated) throw new AuthenticationRequired();
    outcome = finishAuthentication(tx, intent, true);
  }
  if (outcome.kind === 'declined') throw declinedCard(outcome.decline);
}

function saveCard(
  tx: Transaction,
  session: CheckoutSession,
  customer: string | null,
  method: PaymentMethod | null,
  authenticated: boolean,
): Partial<CheckoutSession> {
  const { setup } = planOf(tx, session.id);
  const { id } = createSetupIntent(tx, { customer, ...setup });
  setUp(tx, id, method as PaymentMethod, authenticated);
  return { setup_intent: id };
}

function setUp(tx: Transaction, intent: string, paymentMethod: PaymentMethod, authenticated: boolean): void {
  if (confirmSetupIntent(tx, intent, { paymentMethod }).status !== 'requires_action') return;
  if (!authenticated) throw new AuthenticationRequired();
  answerSetupAuthentication(tx, intent, true);
}

/** The session's customer, told what the page may tell; or a new one. */
function customerFor(tx: Transaction, session: CheckoutSession, { email, name, country }: Payer): string {
  const address = country ? { country } : undefined;
  if (!session.customer) {
    const customer = createCustomer(tx, { email, ...(name && { name }), ...(address && { address }) });
    return customer.id;
  }
  const { customer_update } = planOf(tx, session.id);
  const known = tx.require('customer', session.customer as string);
  const changes = {
    ...(!known.email && { email }),
    ...(customer_update.name === 'auto' && name && { name }),
    ...(customer_update.address === 'auto' && address && { address }),
  };
  if (Object.keys(changes).length > 0) updateCustomer(tx, known.id, changes);
  return known.id;
}

function detailsOf(tx: Transaction, id: string | null, payer: Payer): CheckoutSession['customer_details'] {
  const customer = id === null ? undefined : tx.get('customer', id);
  const none: Stripe.Address = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
  return {
    address: payer.country ? { ...none, country: payer.country } : null,
    business_name: null,
    email: customer?.email ?? payer.email,
    individual_name: null,
    name: payer.name || customer?.name || null,
    phone: null,
    tax_exempt: customer?.tax_exempt ?? 'none',
    tax_ids: [],
  };
}
