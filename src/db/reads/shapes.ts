import { getTableColumns, getTableName } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { billingAccounts } from '../tables/accounts.js';
import { stripeCustomers } from '../tables/customers.js';
import { type StoredInvoiceLine, stripeInvoices } from '../tables/invoices.js';
import { stripePaymentMethods } from '../tables/payment-methods.js';
import { stripeSubscriptionItems, stripeSubscriptions } from '../tables/subscriptions.js';
import type { ReadJoin, ShapeName } from './tree.js';

interface Relation {
  to: ShapeName;
  many: boolean;
  /** Which child rows (alias `c`) belong to the parent row (alias `p`). */
  where(p: string, c: string): string;
  /** Rows are sorted by these expressions of the child, all in one direction. */
  sort?: { by: (c: string) => readonly [string, string]; direction: 'asc' | 'desc' };
  /** More conditions that the join's own options ask for. */
  filter?(c: string, join: ReadJoin): string[];
}
interface Shape {
  /** What a `from` clause names; the elements of a parent's column are their own shape. */
  from(p: string): string;
  /** SQL of each column as JSON can carry it without loss. */
  columns: Record<string, (alias: string) => string>;
  /** Which rows exist for readers at all. */
  where(alias: string): string[];
  relations: Record<string, Relation>;
}

// JSON has one kind of number and no time: exact decimals travel as text, timestamps as seconds.
function columnsOf(table: PgTable): Shape['columns'] {
  const columns: Shape['columns'] = {};
  for (const [property, column] of Object.entries(getTableColumns(table))) {
    if (property === 'raw') continue;
    const plain = (alias: string) => `${alias}."${column.name}"`;
    if (column.columnType === 'PgNumeric') columns[property] = (alias) => `${plain(alias)}::text`;
    else if (column.columnType === 'PgTimestamp') columns[property] = (alias) => epoch(plain(alias));
    else columns[property] = plain;
  }
  return columns;
}
const epoch = (timestamp: string) => `extract(epoch from ${timestamp})::float8`;

function stored(table: PgTable, more: Partial<Shape>): Shape {
  return {
    from: () => getTableName(table),
    columns: { ...columnsOf(table), ...more.columns },
    where: more.where ?? (() => []),
    relations: more.relations ?? {},
  };
}

/** A row without `raw` only counts events of an object not seen yet; a tombstone is of one that is gone. */
const mirrored = (alias: string) => [`${alias}.raw is not null`, `${alias}.deleted_at is null`];
const newestFirst: Relation['sort'] = { by: (c) => [`${c}.created`, `${c}.id`], direction: 'desc' };
const oldestFirst: Relation['sort'] = { by: (c) => [`${c}.created`, `${c}.id`], direction: 'asc' };
const notEnded = (c: string) => `${c}.status not in ('canceled', 'incomplete_expired')`;

// Stripe's time, as in stripe-time.ts; the clock of a customer on a test clock stands still and is no transition's.
const stripeNow = `extract(epoch from clock_timestamp())::float8
  + coalesce((select (o.value #>> '{}')::float8 from installation o where o.key = 'stripe_clock_offset'), 0)`;

const account = stored(billingAccounts, {
  columns: {
    secondsToTransition: (a) => `${epoch(`${a}.next_transition_at`)} - (${stripeNow})`,
    hadTrial: (a) =>
      `exists (select 1 from stripe_subscriptions t where t.customer_id = ${a}.stripe_customer_id and t.trial_start is not null)`,
  },
  relations: {
    customer: { to: 'customer', many: false, where: (p, c) => `${c}.id = ${p}.stripe_customer_id` },
    subscriptions: {
      to: 'subscription',
      many: true,
      where: (p, c) => `${c}.customer_id = ${p}.stripe_customer_id`,
      sort: newestFirst,
      filter: (c, join) => (join.ended ? [] : [notEnded(c)]),
    },
    currentSubscriptions: {
      to: 'subscription',
      many: true,
      where: (p, c) => `${c}.customer_id = ${p}.stripe_customer_id and ${notEnded(c)}`,
      sort: oldestFirst,
    },
    invoices: {
      to: 'invoice',
      many: true,
      where: (p, c) => `${c}.customer_id = ${p}.stripe_customer_id`,
      sort: newestFirst,
    },
    paymentMethods: {
      to: 'paymentMethod',
      many: true,
      where: (p, c) => `${c}.customer_id = ${p}.stripe_customer_id`,
      sort: newestFirst,
    },
    defaultPaymentMethod: {
      to: 'paymentMethod',
      many: false,
      where: (p, c) =>
        `${c}.id = (select k.default_payment_method_id from stripe_customers k where k.id = ${p}.stripe_customer_id) and ${c}.customer_id = ${p}.stripe_customer_id`,
    },
    openInvoice: { to: 'invoice', many: false, where: (p, c) => `${c}.id = ${p}.status->'openInvoice'->>'id'` },
    noticeInvoices: { to: 'invoice', many: true, where: (p, c) => `${c}.id in (${noticed(p, 'invoiceId')})` },
    noticeSubscriptions: {
      to: 'subscription',
      many: true,
      where: (p, c) => `${c}.id in (${noticed(p, 'subscriptionId')})`,
    },
  },
});
function noticed(p: string, id: 'invoiceId' | 'subscriptionId'): string {
  return `select n->>'${id}' from jsonb_array_elements(${p}.status->'notices') n`;
}

const subscription = stored(stripeSubscriptions, {
  where: mirrored,
  relations: {
    account: { to: 'account', many: false, where: (p, c) => `${c}.stripe_customer_id = ${p}.customer_id` },
    items: {
      to: 'item',
      many: true,
      where: (p, c) => `${c}.subscription_id = ${p}.id`,
      sort: { by: (c) => [`${c}.position`, `${c}.id`], direction: 'asc' },
    },
    latestInvoice: { to: 'invoice', many: false, where: (p, c) => `${c}.id = ${p}.latest_invoice_id` },
  },
});

const item = stored(stripeSubscriptionItems, {
  columns: {
    usageType: (a) => `(select f.usage_type from stripe_prices f where f.id = ${a}.price_id)`,
    group: (a) => `(select f.plan_group from stripe_products f where f.id = ${a}.product_id and f.raw is not null)`,
  },
});

const invoice = stored(stripeInvoices, {
  where: mirrored,
  relations: {
    subscription: { to: 'subscription', many: false, where: (p, c) => `${c}.id = ${p}.subscription_id` },
    lines: {
      to: 'invoiceLine',
      many: true,
      where: () => 'true',
      sort: { by: (c) => [`${c}.position`, `${c}.line->>'id'`], direction: 'asc' },
    },
  },
});

const lineColumns = [
  'id',
  'description',
  'amount',
  'currency',
  'quantity',
  'period_start',
  'period_end',
  'proration',
  'price_id',
  'product_id',
] satisfies (keyof StoredInvoiceLine)[];
const invoiceLine: Shape = {
  from: (p) => `(select e.line, e.position from jsonb_array_elements(${p}.lines) with ordinality e(line, position)) as`,
  columns: {
    ...Object.fromEntries(lineColumns.map((name) => [name, (c: string) => `${c}.line->'${name}'`])),
    position: (c) => `${c}.position`,
  },
  where: () => [],
  relations: {},
};

export const shapes: Record<ShapeName, Shape> = {
  account,
  customer: stored(stripeCustomers, { where: mirrored }),
  subscription,
  item,
  invoice,
  invoiceLine,
  paymentMethod: stored(stripePaymentMethods, {
    where: mirrored,
    columns: {
      stripeNow: () => stripeNow,
      isDefault: (a) =>
        `exists (select 1 from stripe_customers k where k.id = ${a}.customer_id and k.default_payment_method_id = ${a}.id)`,
    },
  }),
};
