import { sessionNow } from '../../billing/checkout/checkout-order.js';
import type { CheckoutPlan, CheckoutSession } from '../../billing/checkout/checkout-plan.js';
import { isTrial, planOf } from '../../billing/checkout/checkout-plan.js';
import { recurringTotals, totalsOf } from '../../billing/checkout/checkout-totals.js';
import { MERCHANT_NAME } from '../../billing/payments/merchant.js';
import { money } from '../../billing/wording.js';
import type { Transaction } from '../../engine/transaction.js';
import type { Entries, Problem } from '../cards/card-entry.js';
import type { CardFormView } from '../cards/card-form.js';
import { cardExpiry, cardLabel } from '../cards/card-label.js';
import { plural } from '../wording.js';
import type { CheckoutView } from './checkout-page.js';
import { needsNoCard } from './checkout-payer.js';
import { addressQuestions, closingQuestions, contactQuestions } from './checkout-questions.js';
import { offeredCards } from './checkout-saved-cards.js';
import {
  appliedCode,
  commonInterval,
  discountLabel,
  optionalLines,
  productOf,
  rate,
  summaryLine,
  trialDays,
  whenItRecurs,
} from './checkout-summary.js';

/** What the page of an open session shows. */
export function checkoutView(
  tx: Transaction,
  session: CheckoutSession,
  entries: Entries,
  problems: Problem[],
): CheckoutView {
  const merchant = session.branding_settings?.display_name ?? MERCHANT_NAME;
  const form = formOf(tx, session, entries, problems);
  const message = session.custom_text?.submit?.message;
  const afterSubmit = session.custom_text?.after_submit?.message ?? null;
  const frame = {
    merchant,
    cancelUrl: session.cancel_url,
    embedded: session.ui_mode === 'embedded_page',
    brandStyle: session.branding_settings ? `/c/pay/${session.id}/brand.css` : null,
    afterSubmit,
  };
  if (session.mode === 'setup') {
    return {
      ...frame,
      headline: 'Save a card',
      price: { figure: 'No charge today' },
      lines: [],
      optional: [],
      totals: [],
      form: {
        ...form,
        submit: 'Save card',
        note: noteOf(session, message, `You allow ${merchant} to charge this card for later payments.`),
      },
    };
  }
  const plan = planOf(tx, session.id);
  const currency = session.currency as string;
  const trial = isTrial(plan);
  const totals = totalsOf(tx, plan, currency, sessionNow(tx, session));
  const { action } = form;
  return {
    ...frame,
    ...headlineOf(tx, session, plan, merchant),
    lines: totals.lines.map((line) => summaryLine(tx, line, currency, trial, action)),
    optional: optionalLines(tx, plan, currency, action),
    totals: [
      { label: 'Subtotal', amount: money(totals.subtotal, currency) },
      ...(totals.discount > 0
        ? [{ label: discountLabel(tx, session), amount: `−${money(totals.discount, currency)}`, less: true }]
        : []),
      { label: 'Total due today', amount: money(totals.total, currency), due: true },
    ],
    ...(session.allow_promotion_codes && { promotion: { applied: appliedCode(tx, session) } }),
    form: {
      ...form,
      submit: submitLabel(session, trial),
      note: noteOf(session, message, reuseNote(session, plan, merchant)),
    },
  };
}

function headlineOf(
  tx: Transaction,
  session: CheckoutSession,
  plan: CheckoutPlan,
  merchant: string,
): Pick<CheckoutView, 'headline' | 'price'> {
  const currency = session.currency as string;
  const totals = totalsOf(tx, plan, currency, sessionNow(tx, session));
  const products = [...new Set(totals.lines.map((line) => productOf(tx, line)))];
  if (session.mode === 'payment') {
    return { headline: `Pay ${merchant}`, price: { figure: money(totals.total, currency) } };
  }
  const what = `${products[0]}${products.length > 1 ? ` and ${products.length - 1} more` : ''}`;
  const later = recurringTotals(tx, plan, currency);
  const rhythm = commonInterval(later.lines);
  if (isTrial(plan)) {
    const figure = `${plural(trialDays(tx, plan.subscription), 'day')} free`;
    return { headline: `Try ${what}`, price: { figure, later: `Then ${rate(later.total, currency, rhythm)}` } };
  }
  const headline = `Subscribe to ${what}`;
  const { billing_cycle_anchor, billing_cycle_anchor_config } = plan.subscription;
  if (billing_cycle_anchor !== undefined || billing_cycle_anchor_config) {
    const price = {
      figure: `${money(totals.total, currency)} today`,
      later: `Then ${rate(later.total, currency, rhythm)}`,
    };
    return { headline, price };
  }
  return { headline, price: { figure: money(totals.total, currency), ...whenItRecurs(tx, plan, currency, rhythm) } };
}

function formOf(
  tx: Transaction,
  session: CheckoutSession,
  entries: Entries,
  problems: Problem[],
): Omit<CardFormView, 'note' | 'submit'> {
  const customer = session.customer ? tx.get('customer', session.customer as string) : undefined;
  const known = customer?.email ?? session.customer_email;
  const { country } = customer?.address ?? {};
  const given = { phone: customer?.phone ?? '', ...(country && { country }), ...entries };
  const removable = session.saved_payment_method_options?.payment_method_remove === 'enabled';
  const saved = offeredCards(tx, session).map((method) => ({
    id: method.id,
    label: cardLabel(method),
    expires: cardExpiry(method),
    removable,
  }));
  return {
    action: `/c/pay/${session.id}`,
    busy: 'Processing…',
    entries: given,
    problems,
    email: { value: known ?? '', readonly: known !== null && known !== undefined },
    cardless: needsNoCard(session),
    saved,
    contact: contactQuestions(session, given, problems),
    ...(session.billing_address_collection === 'required' && { address: addressQuestions(given, problems) }),
    closing: closingQuestions(session, given, problems),
  };
}

const SUBMIT: Record<string, string> = { book: 'Book', donate: 'Donate', pay: 'Pay', subscribe: 'Subscribe' };

function submitLabel({ mode, submit_type }: CheckoutSession, trial: boolean): string {
  if (submit_type && submit_type !== 'auto') return SUBMIT[submit_type] ?? 'Pay';
  if (mode === 'payment') return 'Pay';
  return trial ? 'Start trial' : 'Subscribe';
}

/** The merchant's own words come first; the agreement about the card's later use can be hidden. */
function noteOf(session: CheckoutSession, message: string | undefined, agreement: string | undefined) {
  const hidden =
    needsNoCard(session) || session.consent_collection?.payment_method_reuse_agreement?.position === 'hidden';
  const note = [message, hidden || message ? undefined : agreement].filter(Boolean).join(' ');
  return note;
}

function reuseNote(session: CheckoutSession, plan: CheckoutPlan, merchant: string): string | undefined {
  if (session.mode === 'payment') {
    const usage = plan.payment.setup_future_usage;
    return usage ? `You allow ${merchant} to charge this card for later payments.` : undefined;
  }
  const when = isTrial(plan) ? 'when the trial ends' : 'now';
  return `You allow ${merchant} to charge your card ${when} and at each renewal until you cancel.`;
}
