import { useState } from 'react';
import { money } from '../format';
import type { Amount, Plan, Price } from '../types';

interface Choice {
  interval: string;
  currency: string;
}
export interface Purchase {
  plan: Plan;
  price: Price;
  currency: string;
  quantity: number;
}

const labels: Record<string, string> = {
  START: 'Buy',
  UPGRADE: 'Upgrade',
  DOWNGRADE: 'Downgrade',
  SWITCH: 'Switch',
  CURRENT: 'Current plan',
  RESUME: 'Keep',
};

function amountOf(price: Price, currency: string): Amount | null {
  return currency === 'eur' ? price.eur : price.default;
}

function Toggle({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: [string, string][];
  onChange: (value: string) => void;
}) {
  return (
    <fieldset className="toggle">
      <legend className="hidden">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option} className={option === value ? 'chosen' : ''}>
          <input type="radio" name={label} checked={option === value} onChange={() => onChange(option)} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

function PlanCard({
  plan,
  choice,
  busy,
  onBuy,
}: {
  plan: Plan;
  choice: Choice;
  busy: boolean;
  onBuy: (purchase: Purchase) => void;
}) {
  const [seats, setSeats] = useState(3);
  const offered = plan.prices.filter((price) => price.interval === choice.interval);
  const base = offered.find((price) => price.usage === 'LICENSED');
  const metered = offered.find((price) => price.usage === 'METERED');
  const amount = base ? amountOf(base, choice.currency) : null;
  const perSeat = plan.features.some((feature) => feature.key === 'seats') || plan.key === 'team';
  const action = plan.eligibility?.action ?? 'UNAVAILABLE';
  const trialDays = base?.trialDays ?? 0;
  const period = choice.interval === 'YEAR' ? 'year' : 'month';
  const meteredAmount = metered ? amountOf(metered, choice.currency) : null;
  return (
    <article className={`card plan ${action === 'CURRENT' ? 'current' : ''}`} data-testid={`plan-${plan.key}`}>
      <h3>{plan.name}</h3>
      <p className="quiet description">{plan.description}</p>
      <p className="price">
        {amount ? money(amount) : '—'}
        <span className="quiet"> {perSeat ? `per seat and ${period}` : `per ${period}`}</span>
      </p>
      {metered && <p className="quiet">plus usage{meteredAmount ? `, ${money(meteredAmount)} a unit` : ''}</p>}
      <ul className="features">
        {plan.features.map((feature) => (
          <li key={feature.key}>
            {feature.name}
            {feature.limit !== null && (
              <span className="quiet"> up to {Number(feature.limit).toLocaleString('en')}</span>
            )}
          </li>
        ))}
      </ul>
      <div className="buy">
        {perSeat && action === 'START' && (
          <label className="seats">
            Seats
            <input
              type="number"
              min={1}
              max={500}
              value={seats}
              onChange={(event) => setSeats(Math.max(1, Number(event.target.value)))}
            />
          </label>
        )}
        <button
          type="button"
          className={action === 'CURRENT' ? 'secondary' : 'primary'}
          disabled={busy || !base || !(action in labels) || action === 'CURRENT' || action === 'RESUME'}
          onClick={() => base && onBuy({ plan, price: base, currency: choice.currency, quantity: perSeat ? seats : 1 })}
        >
          {labels[action] ?? 'Not available'}
        </button>
        {action === 'START' && plan.eligibility?.trialAvailable && trialDays > 0 && (
          <p className="quiet">
            {trialDays} days free, then {amount ? money(amount) : ''} a {period}
          </p>
        )}
        {plan.eligibility?.reason && action !== 'CURRENT' && <p className="quiet">{plan.eligibility.reason}</p>}
      </div>
    </article>
  );
}

export function Plans({ plans, busy, onBuy }: { plans: Plan[]; busy: boolean; onBuy: (purchase: Purchase) => void }) {
  const [choice, setChoice] = useState<Choice>({ interval: 'MONTH', currency: 'usd' });
  return (
    <section aria-labelledby="plans-title">
      <div className="row">
        <h2 id="plans-title">Plans</h2>
        <div className="toggles">
          <Toggle
            label="Interval"
            value={choice.interval}
            options={[
              ['MONTH', 'Monthly'],
              ['YEAR', 'Yearly'],
            ]}
            onChange={(interval) => setChoice({ ...choice, interval })}
          />
          <Toggle
            label="Currency"
            value={choice.currency}
            options={[
              ['usd', 'USD'],
              ['eur', 'EUR'],
            ]}
            onChange={(currency) => setChoice({ ...choice, currency })}
          />
        </div>
      </div>
      <div className="plans">
        {plans.map((plan) => (
          <PlanCard key={plan.id} plan={plan} choice={choice} busy={busy} onBuy={onBuy} />
        ))}
      </div>
    </section>
  );
}
