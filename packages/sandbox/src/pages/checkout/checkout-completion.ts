import { useUp } from '../../billing/checkout/checkout-discounts.js';
import {
  abandonIntent,
  payIntent,
  sessionIntent,
  sessionSetup,
  setUpCard,
} from '../../billing/checkout/checkout-intent.js';
import { type CheckoutPlan, type CheckoutSession, planOf } from '../../billing/checkout/checkout-plan.js';
import { EXPIRE_JOB } from '../../billing/checkout/checkout-sessions.js';
import { attachPaymentMethod, type PaymentMethod } from '../../billing/payments/payment-methods.js';
import { startSubscription } from '../../billing/subscriptions/subscription-start.js';
import type { Transaction } from '../../engine/transaction.js';
import { subscriptionGiven } from '../../resources/subscriptions/subscription-create-params.js';
import { customerFor, detailsOf } from './checkout-customer.js';
import { invoicePayment } from './checkout-invoice.js';
import type { Payer } from './checkout-payer.js';

interface Completion {
  session: CheckoutSession;
  plan: CheckoutPlan;
  customer: string | null;
  method: PaymentMethod | null;
  authenticated: boolean;
}

/**
 * Pays an open session: customer, subscription (or payment, or saved card), and the session's completion in one step.
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
  const customer = customerFor(tx, session, payer);
  const plan = planOf(tx, session.id);
  const done = { payment: takePayment, setup: saveCard, subscription: subscribe }[session.mode as 'payment'];
  if (payer.save && method) tx.patch('payment_method', method.id, { allow_redisplay: 'always' });
  const outcome = done(tx, { session, plan, customer, method, authenticated }, payer);
  tx.unschedule(EXPIRE_JOB, session.id);
  const completed = tx.patch('checkout.session', session.id, {
    ...outcome,
    ...answersOf(session, payer),
    customer,
    customer_details: detailsOf(tx, customer, payer),
    status: 'complete',
    url: null,
    ...(session.automatic_tax.enabled && { automatic_tax: { ...session.automatic_tax, status: 'complete' } }),
  });
  tx.emit('checkout.session.completed', completed);
  return completed;
}

function subscribe(tx: Transaction, at: Completion): Partial<CheckoutSession> {
  const { plan, customer, method, session } = at;
  const card = method && attachPaymentMethod(tx, method, customer as string);
  const items = plan.items.map((item) => ({ ...item, price: tx.require('price', item.price, 'price') }));
  const recurring = items.filter(({ price }) => price.type === 'recurring');
  const once = items.filter((item) => !recurring.includes(item));
  const given = subscriptionGiven(tx, {
    ...plan.subscription,
    customer: customer as string,
    items: [],
    currency: session.currency as string,
    payment_behavior: 'default_incomplete',
    discounts: plan.discounts.map(({ coupon, promotion_code }) => ({
      ...(coupon && { coupon }),
      ...(promotion_code && { promotion_code }),
    })),
    ...(card && { default_payment_method: card.id }),
  });
  const intent = card && session.amount_total ? sessionIntent(tx, session, customer) : undefined;
  const { id, latest_invoice, pending_setup_intent } = startSubscription(tx, {
    ...given,
    // Prices made by price_data are inactive and prices may have become so; what the session offered is sold.
    items: recurring.map(({ price, quantity, metadata }) => ({
      price,
      metadata,
      discounts: [],
      ...(quantity !== null && { quantity }),
    })),
    extras: once.map(({ price, quantity }) => ({ price, quantity: quantity ?? 1 })),
    ...(intent && { payment_intent: intent }),
  });
  const due = latest_invoice ? tx.require('invoice', latest_invoice).amount_due : 0;
  if (card && intent && due > 0) payIntent(tx, intent, card, at.authenticated);
  // The customer's balance covered it.
  else if (intent) abandonIntent(tx, session.id);
  if (card && pending_setup_intent) setUpCard(tx, pending_setup_intent, card, at.authenticated);
  return { subscription: id, invoice: latest_invoice, payment_status: due > 0 ? 'paid' : 'no_payment_required' };
}

function takePayment(tx: Transaction, at: Completion, { save }: Payer): Partial<CheckoutSession> {
  const { session, plan, customer, method, authenticated } = at;
  const total = session.amount_total ?? 0;
  const intent = total > 0 && method ? sessionIntent(tx, session, customer) : undefined;
  if (intent && save && !plan.payment.setup_future_usage) {
    // Not established: which usage Stripe notes for a card that the buyer saves on the page.
    tx.patch('payment_intent', intent, { setup_future_usage: 'on_session' });
  }
  const invoice = plan.invoice && customer ? invoicePayment(tx, { session, plan, customer, intent }) : null;
  if (!invoice) useUp(tx, plan.discounts);
  if (intent && method) payIntent(tx, intent, method, authenticated);
  const paid = intent && tx.require('payment_intent', intent).status === 'succeeded';
  return {
    payment_intent: intent ?? null,
    invoice,
    payment_status: total === 0 ? 'no_payment_required' : paid ? 'paid' : 'unpaid',
  };
}

function saveCard(tx: Transaction, { session, customer, method, authenticated }: Completion): Partial<CheckoutSession> {
  const id = sessionSetup(tx, session, customer);
  setUpCard(tx, id, method as PaymentMethod, authenticated);
  return { setup_intent: id };
}

/** What the buyer answered, where the session shows it. */
function answersOf(session: CheckoutSession, payer: Payer): Partial<CheckoutSession> {
  const { consent_collection: asked } = session;
  const fields = session.custom_fields.map((field) => {
    const type = field.type as 'dropdown' | 'numeric' | 'text';
    return { ...field, [type]: { ...field[type], value: payer.custom[field.key] ?? null } };
  });
  return {
    collected_information: {
      business_name: payer.business_name,
      individual_name: payer.individual_name,
      shipping_details: payer.shipping ?? session.collected_information?.shipping_details ?? null,
    },
    custom_fields: fields,
    ...(asked && {
      consent: {
        promotions: asked.promotions === 'auto' ? (payer.promotions ? 'opt_in' : 'opt_out') : null,
        terms_of_service: asked.terms_of_service === 'required' ? 'accepted' : null,
      },
    }),
  };
}
