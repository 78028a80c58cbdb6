import { createHash } from 'node:crypto';
import type { Stripe } from 'stripe';
import type { PlanChoice } from '../access/plan-choice.js';
import type { CustomerStanding } from '../db/command-reads.js';
import type { BillingAccountRow } from '../db/tables/accounts.js';
import { canonical } from './canonical.js';
import { itemsOf, trialOf } from './chosen-plan.js';
import { clearTheWay } from './clear-the-way.js';
import type { Deps } from './command-deps.js';
import { commandedAccount } from './commanded-account.js';
import { customerAndPlan } from './customer-and-plan.js';
import { refusalFrom } from './outcome.js';
import { inputInvalid } from './refusals.js';
import type { CheckoutInput, CheckoutResult, CommandRequest, NextStep } from './requests.js';
import { refuseForeignUrls } from './return-urls.js';
import { type CommandRun, runCommand } from './run-command.js';

const STEP = 'session';
type Session = Stripe.Checkout.Session;

/** A Checkout session for a new subscription, hosted or embedded. One that is open for the same choice is answered again. */
export async function startCheckout(deps: Deps, request: CommandRequest<CheckoutInput>): Promise<CheckoutResult> {
  const { viewer, accountRef, input, idempotencyKey = null } = request;
  const account = await commandedAccount(deps.db, viewer, accountRef);
  refuseBadUrls(deps, input);
  const call = { accountId: account.id, operation: 'checkoutStart', input, idempotencyKey };
  let fresh: Session | null = null;
  const { outcome, repeated } = await runCommand(deps, call, async (run) => {
    fresh = await start(deps, run, account, input);
    return { sessionId: fresh.id };
  });
  const { sessionId = null } = outcome;
  // The page's address is as good as a key: it is not in the ledger.
  const session = repeated && sessionId ? await sessionAgain(deps, sessionId) : fresh;
  return {
    sessionId,
    nextAction: session && nextStep(session, deps.settings.publishableKey),
    refusals: (outcome.refusals ?? []).map(refusalFrom),
  };
}

function refuseBadUrls(deps: Deps, { uiMode, successUrl, cancelUrl, returnUrl }: CheckoutInput): void {
  if (uiMode === 'EMBEDDED') {
    if (returnUrl == null) throw inputInvalid('Embedded Checkout needs a returnUrl.', 'input', 'returnUrl');
    if (successUrl != null) throw inputInvalid('successUrl is for hosted Checkout.', 'input', 'successUrl');
    if (cancelUrl != null) throw inputInvalid('cancelUrl is for hosted Checkout.', 'input', 'cancelUrl');
  } else {
    if (successUrl == null) throw inputInvalid('Hosted Checkout needs a successUrl.', 'input', 'successUrl');
    if (returnUrl != null) throw inputInvalid('returnUrl is for embedded Checkout.', 'input', 'returnUrl');
  }
  refuseForeignUrls(deps.settings.returnUrlOrigins, { successUrl, cancelUrl, returnUrl });
}

async function start(deps: Deps, run: CommandRun, account: BillingAccountRow, input: CheckoutInput): Promise<Session> {
  const { customerId, choice, standing } = await customerAndPlan(deps, account, input);
  const shown = shownParams(deps, choice, standing, input);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify(canonical(shown)))
    .digest('hex')
    .slice(0, 32);
  if (!run.begun(STEP)) {
    const { session } = await clearTheWay(deps, run, {
      accountId: account.id,
      customerId,
      choice,
      throughCheckout: true,
      keepSession: ({ metadata }) => metadata?.tollgate_choice === fingerprint,
    });
    if (session) return sessionAgain(deps, session.id);
  }
  const metadata = { tollgate_account: account.id, tollgate_group: choice.plan.group, tollgate_command: run.commandId };
  const answer = await run.step({
    name: STEP,
    call: 'checkout.sessions.create',
    params: {
      ...shown,
      mode: 'subscription',
      customer: customerId,
      client_reference_id: account.id,
      subscription_data: { ...shown.subscription_data, metadata },
      metadata: { ...metadata, tollgate_price: choice.price.id, tollgate_choice: fingerprint },
    },
    find: () => madeBy(run, customerId),
    reread: (sdk, id) => sdk.checkout.sessions.retrieve(id),
  });
  await run.project(answer.value, answer);
  return answer.value;
}

/** Everything that the person sees of it: two sessions with the same are the same. */
function shownParams(
  { settings }: Deps,
  choice: PlanChoice,
  standing: CustomerStanding,
  { uiMode, successUrl, cancelUrl, returnUrl, locale }: CheckoutInput,
): Stripe.Checkout.SessionCreateParams {
  const trial = trialOf(choice, true, standing);
  const where: Stripe.Checkout.SessionCreateParams =
    uiMode === 'EMBEDDED'
      ? { ui_mode: 'embedded_page', return_url: returnUrl ?? '' }
      : {
          ui_mode: 'hosted_page',
          success_url: successUrl ?? '',
          ...(cancelUrl == null ? {} : { cancel_url: cancelUrl }),
        };
  return {
    ...where,
    line_items: itemsOf(choice),
    currency: choice.currency,
    ...(locale == null ? {} : { locale: locale as Stripe.Checkout.SessionCreateParams.Locale }),
    ...(trial ? { subscription_data: trial } : {}),
    ...(settings.tax ? taxParams : {}),
  };
}

const taxParams: Stripe.Checkout.SessionCreateParams = {
  automatic_tax: { enabled: true },
  billing_address_collection: 'required',
  customer_update: { address: 'auto', name: 'auto' },
  tax_id_collection: { enabled: true },
};

async function madeBy(run: CommandRun, customer: string): Promise<Session | null> {
  const { value } = await run.read((sdk) => sdk.checkout.sessions.list({ customer, limit: 100 }));
  return value.data.find(({ metadata }) => metadata?.tollgate_command === run.commandId) ?? null;
}

async function sessionAgain({ stripe }: Deps, id: string): Promise<Session> {
  return (await stripe.call((sdk) => sdk.checkout.sessions.retrieve(id))).value;
}

function nextStep(session: Session, publishableKey: string | null): NextStep | null {
  const { url, client_secret: clientSecret, expires_at: expiresAt } = session;
  if (url) return { kind: 'REDIRECT', url, expiresAt };
  return clientSecret ? { kind: 'CONFIRM_PAYMENT', clientSecret, publishableKey, expiresAt } : null;
}
