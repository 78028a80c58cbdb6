import { StrictMode, useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { run } from './gateway';
import * as operations from './operations';
import { Header } from './parts/header';
import { Invoices } from './parts/invoices';
import { Plans, type Purchase } from './parts/plans';
import { StatusCard } from './parts/status-card';
import { Subscriptions } from './parts/subscriptions';
import { Timeline } from './parts/timeline';
import './console.css';
import type { Account, Plan, Subscription, UserError } from './types';
import { useStatus } from './use-status';
import { rememberedViewer, rememberViewer, type Viewer } from './viewers';

type Answer = Record<string, { userErrors: UserError[]; nextAction?: { url: string | null } | null }>;

const returned = new URLSearchParams(location.search).get('checkout');

function Console() {
  const [viewer, setViewer] = useState<Viewer>(rememberedViewer);
  const [data, setData] = useState<{ plans: Plan[]; billingAccount: Account | null } | null>(null);
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState<string | null>(null);
  const watch = useStatus(viewer);
  const version = watch.status?.version;

  const load = useCallback(async () => {
    try {
      setData(await run(viewer, operations.plansAndAccount));
    } catch (failure) {
      setMessage(failure instanceof Error ? failure.message : String(failure));
    }
  }, [viewer]);

  // The pushed version says when what else the page shows has changed too.
  // biome-ignore lint/correctness/useExhaustiveDependencies: version is the trigger
  useEffect(() => void load(), [load, version]);

  /** Runs a command, shows its refusals, follows its link. */
  const command = useCallback(
    async (query: string, variables: Record<string, unknown>) => {
      setBusy(true);
      setMessage(null);
      try {
        const answer = Object.values(await run<Answer>(viewer, query, variables))[0];
        if (answer?.userErrors.length) setMessage(answer.userErrors.map((error) => error.message).join(' '));
        else if (answer?.nextAction?.url) location.assign(answer.nextAction.url);
      } catch (failure) {
        setMessage(failure instanceof Error ? failure.message : String(failure));
      } finally {
        setBusy(false);
      }
    },
    [viewer],
  );

  // The return page need not wait for the webhook.
  useEffect(() => {
    if (!returned) return;
    history.replaceState(null, '', '/');
    if (returned === 'success') void command(operations.refresh, {});
  }, [command]);

  const choose = (next: Viewer) => {
    rememberViewer(next);
    setData(null);
    setMessage(null);
    setViewer(next);
  };
  const buy = ({ plan, price, currency, quantity }: Purchase) => {
    const current = watch.status?.subscriptions.find((subscription) => subscription.plan?.group === plan.group);
    return current && plan.eligibility?.action !== 'START'
      ? command(operations.changePlan, {
          id: current.id,
          change: { priceId: price.id, quantity: current.seats ?? quantity },
        })
      : command(operations.startCheckout, {
          input: {
            priceId: price.id,
            currency,
            quantity,
            successUrl: `${location.origin}/?checkout=success`,
            cancelUrl: `${location.origin}/?checkout=cancelled`,
          },
        });
  };
  const cancel = (subscription: Subscription) =>
    command(operations.cancelSubscription, { id: subscription.id, input: { timing: 'AT_PERIOD_END' } });
  const keep = (subscription: Subscription) => command(operations.keepSubscription, { id: subscription.id });
  const portal = () => command(operations.openPortal, { input: { returnUrl: `${location.origin}/` } });

  return (
    <>
      <Header viewer={viewer} live={watch.live} onChoose={choose} />
      {message && (
        <p className="message" role="alert">
          {message}
          <button type="button" className="link" onClick={() => setMessage(null)}>
            Dismiss
          </button>
        </p>
      )}
      <main>
        <div className="columns">
          <StatusCard status={watch.status} error={watch.error} />
          <div className="stack">
            <Subscriptions
              subscriptions={watch.status?.subscriptions ?? []}
              busy={busy}
              onCancel={cancel}
              onKeep={keep}
              onPortal={portal}
            />
            <Timeline history={watch.history} />
          </div>
        </div>
        <Plans plans={data?.plans ?? []} busy={busy} onBuy={buy} />
        <Invoices
          invoices={data?.billingAccount?.invoices.nodes ?? []}
          methods={data?.billingAccount?.paymentMethods ?? []}
        />
        <footer className="quiet">
          Test cards: <code>4242 4242 4242 4242</code> pays, <code>4000 0000 0000 0002</code> is declined,{' '}
          <code>4000 0025 0000 3155</code> asks for 3D Secure. Any future date, any CVC.
        </footer>
      </main>
    </>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <Console />
    </StrictMode>,
  );
