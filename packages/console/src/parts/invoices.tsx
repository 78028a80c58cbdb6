import { day, money, words } from '../format';
import type { Invoice, PaymentMethod } from '../types';

export function Invoices({ invoices, methods }: { invoices: Invoice[]; methods: PaymentMethod[] }) {
  return (
    <section className="card" aria-labelledby="invoices-title">
      <h2 id="invoices-title">Invoices and cards</h2>
      {invoices.length === 0 && <p className="quiet">No invoice yet.</p>}
      <ul className="lines">
        {invoices.map((invoice) => (
          <li key={invoice.id}>
            <span>
              {invoice.hostedUrl ? (
                <a href={invoice.hostedUrl}>{invoice.number ?? invoice.id}</a>
              ) : (
                (invoice.number ?? invoice.id)
              )}
            </span>
            <span className="quiet">{day(invoice.createdAt)}</span>
            <span>{money(invoice.total)}</span>
            <span className={`chip ${invoice.status.toLowerCase()}`}>{words(invoice.status)}</span>
          </li>
        ))}
      </ul>
      {methods.map((method) => (
        <p key={method.id} className="quiet">
          {words(method.brand ?? 'card')} ending in {method.last4}, expires {method.expMonth}/{method.expYear}
          {method.isDefault ? ' · default' : ''}
        </p>
      ))}
    </section>
  );
}
