import { createServer, type IncomingMessage } from 'node:http';
import { jwtVerify } from 'jose';
import postgres from 'postgres';
import { type OperationName, tokenSecret } from './operations.js';

// What the same answers cost without a gateway: one statement written by hand for each, run as a prepared statement,
// its rows shaped by hand. Nothing is general, nothing is checked beyond the token, which is remembered as the gateway
// remembers it.
const sql = postgres(process.env.DATABASE_URL ?? '', {
  max: 10,
  types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
});

const viewerSql = `
  select a.id,
    (select coalesce(json_agg(s), '[]') from (
      select s.id, s.status, s.start_date,
        (select coalesce(json_agg(i), '[]') from (
          select i.id, i.quantity::text, p.id as price, p.lookup_key, p.interval, p.currency, p.unit_amount::text,
            d.id as product, d.plan_key, d.name
          from stripe_subscription_items i
          left join stripe_prices p on p.id = i.price_id
          left join stripe_products d on d.id = i.product_id
          where i.subscription_id = s.id order by i.position) i) as items
      from stripe_subscriptions s
      where s.customer_id = a.stripe_customer_id and s.raw is not null and s.deleted_at is null
        and s.status not in ('canceled', 'incomplete_expired')
      order by s.created desc, s.id desc limit 1) s) as subscriptions,
    (select coalesce(json_agg(v), '[]') from (
      select v.id, v.number, v.status, v.created, v.hosted_invoice_url, v.currency, v.total, v.amount_remaining
      from stripe_invoices v
      where v.customer_id = a.stripe_customer_id and v.raw is not null and v.deleted_at is null
      order by v.created desc, v.id desc limit 10) v) as invoices
  from billing_accounts a where a.owner_kind = 'user' and a.owner_id = $1`;

const plansSql = `
  select d.id, d.plan_key, d.name, d.description, d.plan_group, d.plan_rank, d.features,
    (select json_agg(p) from (
      select p.id, p.lookup_key, p.currency, p.interval, p.interval_count, p.usage_type, p.unit_amount::text, p.tiers
      from stripe_prices p
      where p.product_id = d.id and p.active and p.raw is not null and p.deleted_at is null
      order by array_position(array['day','week','month','year'], p.interval), p.interval_count, p.usage_type) p) as prices
  from stripe_products d
  where d.active and d.raw is not null and d.deleted_at is null
  order by d.plan_group, d.plan_rank, d.plan_key`;

// biome-ignore lint/suspicious/noExplicitAny: written by hand against the columns above, as a floor would be.
type Row = Record<string, any>;
const cents = (amount: string | number) => {
  const [whole = '', fraction = ''] = String(amount).split('.');
  const text = whole.padStart(3, '0');
  return `${text.slice(0, -2)}.${text.slice(-2)}${fraction}`;
};
const time = (seconds: number) => `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
const unit = (amount: string | null, currency: string) =>
  amount === null ? null : { minorUnits: amount, currency, decimal: cents(amount) };

async function viewer(userId: string) {
  const [account] = await sql.unsafe<Row[]>(viewerSql, [userId], { prepare: true });
  if (!account) return { billingAccount: null };
  const { subscriptions, invoices } = account as unknown as { subscriptions: Row[]; invoices: Row[] };
  return {
    billingAccount: {
      id: account.id,
      subscriptions: {
        nodes: subscriptions.map((s) => ({
          id: s.id,
          status: (s.status as string).toUpperCase(),
          startedAt: time(s.start_date),
          items: (s.items as Row[]).map((i) => ({
            id: i.id,
            quantity: i.quantity,
            price: {
              id: i.price,
              key: i.lookup_key,
              interval: (i.interval as string).toUpperCase(),
              unitAmount: i.unit_amount === null ? null : { currency: i.currency, decimal: cents(i.unit_amount) },
            },
            plan: { id: i.product, key: i.plan_key, name: i.name },
          })),
        })),
      },
      invoices: {
        nodes: invoices.map((v) => ({
          id: v.id,
          number: v.number,
          status: (v.status as string).toUpperCase(),
          createdAt: time(v.created),
          hostedUrl: v.hosted_invoice_url,
          total: { currency: v.currency, decimal: cents(v.total) },
          amountRemaining: { currency: v.currency, decimal: cents(v.amount_remaining) },
        })),
      },
    },
  };
}

async function plans() {
  const rows = await sql.unsafe<Row[]>(plansSql, [], { prepare: true });
  return {
    plans: rows.map((d) => ({
      id: d.id,
      key: d.plan_key,
      name: d.name,
      description: d.description,
      group: d.plan_group,
      rank: d.plan_rank,
      features: (d.features as { key: string; name: string; metadata: { limit?: string } }[]).map((feature) => ({
        key: feature.key,
        name: feature.name,
        limit: feature.metadata.limit ?? null,
      })),
      prices: (d.prices as Row[]).map((p) => ({
        id: p.id,
        key: p.lookup_key,
        currency: p.currency,
        interval: (p.interval as string).toUpperCase(),
        intervalCount: p.interval_count,
        usage: (p.usage_type as string).toUpperCase(),
        unitAmount: unit(p.unit_amount, p.currency),
        tiers: ((p.tiers ?? []) as { up_to: number | null; unit_amount_decimal: string }[]).map((tier) => ({
          upTo: tier.up_to,
          unitAmount: { minorUnits: tier.unit_amount_decimal, decimal: cents(tier.unit_amount_decimal) },
        })),
      })),
    })),
  };
}

const secret = new TextEncoder().encode(tokenSecret);
const remembered = new Map<string, { userId: string; until: number }>();
async function userOf(request: IncomingMessage): Promise<string> {
  const token = request.headers.authorization?.slice(7) ?? '';
  const known = remembered.get(token);
  if (known && known.until > Date.now()) return known.userId;
  const { payload } = await jwtVerify(token, secret, { algorithms: ['HS256'] });
  const userId = payload.sub ?? '';
  remembered.set(token, { userId, until: Date.now() + 30_000 });
  return userId;
}

async function bodyOf(request: IncomingMessage): Promise<{ operationName: string }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

const answers: Record<OperationName, (request: IncomingMessage) => Promise<unknown>> = {
  plans,
  viewer: async (request) => viewer(await userOf(request)),
};

const server = createServer(async (request, response) => {
  try {
    const { operationName } = await bodyOf(request);
    const data = await answers[operationName.toLowerCase() as OperationName](request);
    const text = JSON.stringify({ data });
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.setHeader('content-length', Buffer.byteLength(text));
    response.end(text);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
process.on('disconnect', () => process.exit(0));
