import { beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from '../../packages/sandbox/src/index.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';
import { fillReadWorld } from '../support/read-world.js';

const db = await createTestDatabase();
const sandbox = await startSandbox({ seed: false });
// One connection, so that what it prepared can be asked of it.
const gateway = await startGateway(db, { sandbox, env: { DATABASE_POOL: '1', CATALOGUE_REFRESH: 'P1D' } });
// The rows are ours: they come after everything was read from a Stripe that has none of them.
await fillReadWorld(db);
gateway.app.bus.publishCatalogue();
const alice = await gateway.token({ user: 'user_alice' });
const bob = await gateway.token({ user: 'user_bob' });

async function ask(query: string, token = alice, variables: Record<string, unknown> = {}) {
  const { status, json } = await gateway.graphql(query, variables, token);
  return { status, data: json.data, errors: json.errors as { message: string; extensions: Record<string, unknown> }[] };
}

beforeAll(() => () => sandbox.close());

describe('who sees what', () => {
  test('without a token the plans are there, and nothing else', async () => {
    const plans = await ask('{ plans { key } plan(key: "team") { name eligibility { action } } }', '');
    expect(plans.errors).toBeUndefined();
    expect(plans.data).toEqual({
      plans: [{ key: 'starter' }, { key: 'team' }, { key: 'scale' }],
      plan: { name: 'Team', eligibility: null },
    });
    for (const field of ['billingAccount { id }', 'billingStatus { version }', 'node(id: "tga_alice") { id }']) {
      const { data, errors } = await ask(`{ ${field} }`, '');
      expect(Object.values(data)).toEqual([null]);
      expect(errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    }
  });

  test('an account exists from the first request of its owner on, with the e-mail of the token', async () => {
    const carol = await gateway.token({ user: 'user_carol', email: 'carol@example.com' });
    const query =
      '{ billingAccount { id owner { kind id } email currency syncedAt access { allowed state reason features { key } } status { version cause subscriptions { id } notices { kind } } } }';
    const [first, second] = await Promise.all([ask(query, carol), ask(query, carol)]);
    expect(first.data.billingAccount).toMatchObject({
      owner: { kind: 'USER', id: 'user_carol' },
      email: 'carol@example.com',
      access: { allowed: false, state: 'NONE', reason: 'NO_SUBSCRIPTION', features: [] },
      status: { version: 1, cause: 'ACCOUNT_CREATED', subscriptions: [], notices: [] },
    });
    expect(second.data.billingAccount.id).toBe(first.data.billingAccount.id);
    expect(first.data.billingAccount.id).toMatch(/^tga_/);
  });

  test("what is another's reads as null, by any name and any id", async () => {
    const named = ['tga_bob', 'user:user_bob', 'organization:org_acme', 'tga_nobody'];
    for (const name of named) {
      const { data, errors } = await ask(
        `{ billingAccount(id: "${name}") { id } billingStatus(accountId: "${name}") { version } }`,
      );
      expect([data, errors]).toEqual([{ billingAccount: null, billingStatus: null }, undefined]);
    }
    for (const id of [
      'tga_bob',
      'sub_bob',
      'in_bob',
      'pm_bob',
      'sub_only_counted',
      'pm_alice_gone',
      'nothing',
      '\\u0000',
    ]) {
      const { data, errors } = await ask(`{ node(id: "${id}") { id } }`);
      expect([id, data, errors]).toEqual([id, { node: null }, undefined]);
    }
    expect(await db.sql`select 1 from billing_accounts where owner_id = 'user_nobody'`).toHaveLength(0);
  });

  test('an organization is read by whoever acts for it, and by nobody else', async () => {
    const acme = await gateway.token({ user: 'user_alice', org: 'org_acme' });
    const { data } = await ask(
      '{ billingAccount { id owner { kind id } email } other: billingAccount(id: "tga_alice") { id } }',
      acme,
    );
    expect(data).toEqual({
      billingAccount: {
        id: 'tga_acme',
        owner: { kind: 'ORGANIZATION', id: 'org_acme' },
        email: 'billing@acme.example',
      },
      other: null,
    });
  });

  test('a server and an operator read any account, and make one that is named by its owner', async () => {
    for (const scope of ['billing:server', 'billing:admin']) {
      const token = await gateway.token({ user: 'backend', scope });
      const owner = `user_of_${scope.split(':')[1]}`;
      const { data, errors } = await ask(
        `{ a: billingAccount(id: "user:user_bob") { id } b: billingAccount(id: "tga_alice") { email } c: billingAccount(id: "user:${owner}") { owner { id } email } node(id: "in_bob") { id } }`,
        token,
      );
      expect(errors).toBeUndefined();
      expect(data).toEqual({
        a: { id: 'tga_bob' },
        b: { email: 'alice@example.com' },
        c: { owner: { id: owner }, email: null },
        node: { id: 'in_bob' },
      });
    }
  });

  test('an account named by what is no name is a clear error', async () => {
    const { errors } = await ask('{ billingAccount(id: "cus_alice") { id } }');
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(errors[0]?.message).toContain('tga_');
  });
});

describe('what is read', () => {
  test('a subscription says all that the mirror knows', async () => {
    const { data, errors } = await ask(`{ node(id: "sub_alice") { id __typename ... on BillingSubscription {
      status stripeStatus startedAt currentPeriodEnd trialEndsAt endsAt canceledAt collectionPaused seats allowedActions
      plan { key } price { key unitAmount { decimal } } account { id }
      items { id quantity price { id usage } plan { key } }
      discount { name percentOff amountOff { decimal } endsAt code }
      pendingChange { kind effectiveAt seats plan { key } price { id } nextAction { kind } }
      latestInvoice { id status total { decimal currency minorUnits } }
    } } }`);
    expect(errors).toBeUndefined();
    expect(data.node).toEqual({
      id: 'sub_alice',
      __typename: 'BillingSubscription',
      status: 'ACTIVE',
      stripeStatus: 'active',
      startedAt: '2025-10-09T08:53:20Z',
      currentPeriodEnd: '2025-11-08T08:53:21Z',
      trialEndsAt: '2025-10-09T08:53:20Z',
      endsAt: '2025-11-08T08:53:21Z',
      canceledAt: '2025-10-10T08:53:20Z',
      collectionPaused: false,
      seats: 3,
      allowedActions: ['CHANGE_PLAN', 'CANCEL', 'KEEP'],
      plan: { key: 'team' },
      price: { key: 'team_month', unitAmount: { decimal: '29.00' } },
      account: { id: 'tga_alice' },
      items: [
        {
          id: 'si_alice_0',
          quantity: null,
          price: { id: 'price_scale_use', usage: 'METERED' },
          plan: { key: 'scale' },
        },
        { id: 'si_alice_1', quantity: '3', price: { id: 'price_team', usage: 'LICENSED' }, plan: { key: 'team' } },
      ],
      discount: { name: 'Welcome', percentOff: 12.5, amountOff: null, endsAt: null, code: 'WELCOME' },
      pendingChange: {
        kind: 'AWAITING_PAYMENT',
        effectiveAt: '2025-10-10T08:53:20Z',
        seats: 9,
        plan: { key: 'scale' },
        price: { id: 'price_scale' },
        nextAction: null,
      },
      latestInvoice: {
        id: 'in_alice_3',
        status: 'DRAFT',
        total: { decimal: '-0.005', currency: 'kwd', minorUnits: -5 },
      },
    });
  });

  test('words that are newer than this schema are UNKNOWN, and legacy plans keep their names', async () => {
    const { data, errors } = await ask(`{
      new: node(id: "sub_alice_new") { ... on BillingSubscription { status stripeStatus plan { key } price { id } } }
      old: node(id: "sub_alice_legacy") { ... on BillingSubscription { status collectionPaused plan { key name } price { id interval } } }
      invoice: node(id: "in_alice_4") { ... on Invoice { status lines { nodes { id } } subscription { id } } }
      plan: node(id: "prod_old") { ... on Plan { key prices { id } } } price: node(id: "price_old") { ... on PlanPrice { interval } }
    }`);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      new: { status: 'UNKNOWN', stripeStatus: 'from_the_future', plan: null, price: null },
      old: {
        status: 'PAST_DUE',
        collectionPaused: true,
        plan: { key: 'old', name: 'Old' },
        price: { id: 'price_old', interval: 'UNKNOWN' },
      },
      invoice: { status: 'UNKNOWN', lines: { nodes: [] }, subscription: null },
      plan: { key: 'old', prices: [] },
      price: { interval: 'UNKNOWN' },
    });
  });

  test('the status comes from its stored row and leads to what it speaks of', async () => {
    const before = Date.now() / 1000;
    const { data, errors } = await ask(`{ billingStatus { accountId version cause
      access { allowed state reason graceEndsAt trustUntil features { key limit source } feature(key: "seats") { allowed } none: feature(key: "x") { key } }
      subscriptions { id } openInvoice { id nextAction { kind url } }
      notices { kind severity dueAt invoice { id total { decimal } } subscription { id } nextAction { url } } account { id } } }`);
    expect(errors).toBeUndefined();
    const { trustUntil, ...access } = data.billingStatus.access;
    expect(Date.parse(trustUntil) / 1000).toBeGreaterThanOrEqual(Math.floor(before) + 3_600);
    expect(Date.parse(trustUntil) / 1000).toBeLessThan(before + 3_700);
    expect({ ...data.billingStatus, access }).toEqual({
      accountId: 'tga_alice',
      version: 7,
      cause: 'ACCOUNT_CREATED',
      access: {
        allowed: true,
        state: 'GRACE',
        reason: 'PAYMENT_FAILED',
        graceEndsAt: '2025-10-16T08:53:20Z',
        features: [{ key: 'seats', limit: '25', source: 'PLAN' }],
        feature: { allowed: true },
        none: null,
      },
      subscriptions: [{ id: 'sub_alice' }, { id: 'sub_alice_legacy' }, { id: 'sub_alice_new' }],
      openInvoice: { id: 'in_alice_1', nextAction: { kind: 'REDIRECT', url: 'https://pay.example.com/in_alice_1' } },
      notices: [
        {
          kind: 'PAYMENT_FAILED',
          severity: 'CRITICAL',
          dueAt: '2025-10-09T08:53:20Z',
          invoice: { id: 'in_alice_1', total: { decimal: '20.00' } },
          subscription: { id: 'sub_alice' },
          nextAction: { url: 'https://pay.example.com/in_alice_1' },
        },
        {
          kind: 'CARD_EXPIRING',
          severity: 'INFO',
          dueAt: null,
          invoice: null,
          subscription: { id: 'sub_alice_legacy' },
          nextAction: null,
        },
        { kind: 'TRIAL_ENDING', severity: 'INFO', dueAt: null, invoice: null, subscription: null, nextAction: null },
      ],
      account: { id: 'tga_alice' },
    });
  });

  test('nobody is trusted beyond the next transition, and never beyond PROOF_TTL', async () => {
    const left = async () => {
      const { data } = await ask('{ billingStatus { access { trustUntil } } }', bob);
      return Date.parse(data.billingStatus.access.trustUntil) / 1000 - Date.now() / 1000;
    };
    await db.sql`update billing_accounts set next_transition_at = now() + interval '90 seconds' where id = 'tga_bob'`;
    const soon = await left();
    expect(soon).toBeGreaterThan(80);
    expect(soon).toBeLessThanOrEqual(90.5);
    await db.sql`update billing_accounts set next_transition_at = now() + interval '90 days' where id = 'tga_bob'`;
    expect(await left()).toBeLessThanOrEqual(3_600);
  });

  test('billing details and payment methods', async () => {
    const { data } = await ask(`{ billingAccount { email currency trialUsed
      billingDetails { name email phone address { line1 line2 city postalCode country } }
      defaultPaymentMethod { id } paymentMethods { id type brand last4 expMonth expYear isDefault expiresSoon } } }`);
    expect(data.billingAccount).toEqual({
      email: 'alice@example.com',
      currency: 'usd',
      trialUsed: true,
      billingDetails: {
        name: 'Alice',
        email: 'alice@example.com',
        phone: '+1 555 0100',
        address: { line1: '1 Main St', line2: null, city: 'Springfield', postalCode: '12345', country: 'US' },
      },
      defaultPaymentMethod: { id: 'pm_alice_1' },
      paymentMethods: [
        {
          id: 'pm_alice_2',
          type: 'card',
          brand: 'mastercard',
          last4: '4242',
          expMonth: 1,
          expYear: 2050,
          isDefault: false,
          expiresSoon: false,
        },
        {
          id: 'pm_alice_1',
          type: 'card',
          brand: 'visa',
          last4: '4242',
          expMonth: 12,
          expYear: 2019,
          isDefault: true,
          expiresSoon: true,
        },
      ],
    });
  });

  test('eligibility of each plan', async () => {
    const { data } = await ask('{ plans { key eligibility { action trialAvailable reason } } }', bob);
    expect(data.plans).toEqual([
      { key: 'starter', eligibility: { action: 'CURRENT', trialAvailable: false, reason: null } },
      { key: 'team', eligibility: { action: 'UPGRADE', trialAvailable: false, reason: null } },
      { key: 'scale', eligibility: { action: 'UPGRADE', trialAvailable: false, reason: null } },
    ]);
    const foreign = await ask('{ plan(key: "team") { eligibility(accountId: "tga_alice") { action } } }', bob);
    expect(foreign.data.plan.eligibility).toBeNull();
  });

  test('plans by currency: those that are offered in it, with the prices that are', async () => {
    const { data } = await ask(
      '{ plans(currency: "JPY") { key prices { id currencies unitAmount(currency: "jpy") { minorUnits decimal } } } }',
      '',
    );
    expect(data.plans).toEqual([
      {
        key: 'team',
        prices: [{ id: 'price_team', currencies: ['usd', 'jpy'], unitAmount: { minorUnits: '4200', decimal: '4200' } }],
      },
    ]);
  });

  test('tiers are exact to a fraction of a cent', async () => {
    const { data } = await ask(
      '{ plan(key: "scale") { prices { id tiersMode tiers { upTo unitAmount { minorUnits decimal } flatAmount { decimal } } } } }',
    );
    expect(data.plan.prices[1]).toEqual({
      id: 'price_scale_use',
      tiersMode: 'GRADUATED',
      tiers: [
        { upTo: 1000, unitAmount: { minorUnits: '0', decimal: '0.00' }, flatAmount: null },
        { upTo: null, unitAmount: { minorUnits: '0.04', decimal: '0.0004' }, flatAmount: { decimal: '5.00' } },
      ],
    });
  });
});

describe('pages', () => {
  const page =
    'nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

  test('walked to the end they have every entry once, newest first, while newer ones arrive', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let pages = 0; ; pages++) {
      const { data, errors } = await ask(
        `query ($after: String) { billingAccount { invoices(first: 1, after: $after) { ${page} } } }`,
        alice,
        { after },
      );
      expect(errors).toBeUndefined();
      const { nodes, edges, pageInfo } = data.billingAccount.invoices;
      expect(nodes).toEqual(edges.map((edge: { node: unknown }) => edge.node));
      expect(pageInfo).toMatchObject({
        hasPreviousPage: pages > 0,
        startCursor: edges[0].cursor,
        endCursor: edges[0].cursor,
      });
      seen.push(nodes[0].id);
      if (pages === 0) {
        await db.sql`insert into stripe_invoices (id, raw, customer_id, currency, created) values ('in_newest', '{}', 'cus_alice', 'usd', 1800000000)`;
      }
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    await db.sql`delete from stripe_invoices where id = 'in_newest'`;
    expect(seen).toEqual(['in_alice_4', 'in_alice_3', 'in_alice_2', 'in_alice_1']);
  });

  test('lines of an invoice, and subscriptions with those that are ended', async () => {
    const { data } = await ask(`{ billingAccount {
      invoices(first: 1, after: "${Buffer.from('1760000001 in_alice_2').toString('base64url')}") { nodes { id lines(first: 2) { ${page} } } }
      current: subscriptions { nodes { id } } all: subscriptions(ended: true, first: 3) { nodes { id } pageInfo { hasNextPage } } } }`);
    const { invoices, current, all } = data.billingAccount;
    expect(invoices.nodes[0].id).toBe('in_alice_1');
    expect(invoices.nodes[0].lines.nodes).toEqual([{ id: 'il_in_alice_1_1' }, { id: 'il_in_alice_1_2' }]);
    expect(invoices.nodes[0].lines.pageInfo.hasNextPage).toBe(true);
    const rest = await ask(
      `query ($after: String) { node(id: "in_alice_1") { ... on Invoice { lines(after: $after) { ${page} } } } }`,
      alice,
      { after: invoices.nodes[0].lines.pageInfo.endCursor },
    );
    expect(rest.data.node.lines.nodes).toEqual([{ id: 'il_in_alice_1_3' }]);
    expect(current.nodes).toEqual([{ id: 'sub_alice_new' }, { id: 'sub_alice_legacy' }, { id: 'sub_alice' }]);
    expect(all).toEqual({ nodes: current.nodes, pageInfo: { hasNextPage: true } });
  });

  test('what is no page is refused, naming the argument', async () => {
    for (const [args, argument] of [
      ['first: 101', 'first'],
      ['first: -1', 'first'],
      ['after: "xyz"', 'after'],
      [`after: "${Buffer.from("1 ' or true --\0").toString('base64url')}"`, 'after'],
    ]) {
      const { errors } = await ask(`{ billingAccount { invoices(${args}) { nodes { id } } } }`);
      expect(errors[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(errors[0]?.message).toContain(argument);
    }
    const quoted = Buffer.from("1 ' or true --").toString('base64url');
    const { data } = await ask(`{ billingAccount { invoices(after: "${quoted}") { nodes { id } } } }`);
    expect(data.billingAccount.invoices.nodes).toEqual([]);
  });
});

test('what leads in circles has an end', async () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'id' : `subscriptions { nodes { account { ${nested(depth - 1)} } } }`;
  expect((await ask(`{ billingAccount { ${nested(3)} } }`)).errors).toBeUndefined();
  const { errors } = await ask(`{ billingAccount { ${nested(20)} } }`);
  expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  const same = (depth: number): string => (depth === 0 ? 'id' : `status { account { ${same(depth - 1)} } }`);
  expect((await ask(`{ billingAccount { ${same(40)} } }`)).errors[0]?.message).toContain('12 objects');
});

describe('statements', () => {
  const viewerQuery = `query ($n: Int) { billingAccount { id access { state } subscriptions { nodes { id items { price { id } plan { key } } } }
    invoices(first: $n) { nodes { id lines { nodes { id } } } } status { version notices { invoice { id } } } defaultPaymentMethod { id } } }`;

  test('a root field is one statement, prepared once and used again for other values', async () => {
    const statements: string[] = [];
    const options = gateway.app.db.sql.options as { debug?: unknown };
    // What the workers in the background ask is not counted.
    options.debug = (_connection: number, text: string) =>
      /inbox_|lease|next_transition_at <=/.test(text) || statements.push(text);
    for (const n of [1, 2, 3, 4]) {
      statements.length = 0;
      await ask(viewerQuery, alice, { n });
      // The legacy and the unknown plan of alice are read beside it.
      expect(statements.filter((text) => text.includes('billing_accounts'))).toHaveLength(1);
    }
    statements.length = 0;
    await ask('{ plans { key prices { id } } }');
    expect(statements).toEqual([]);
    await ask('{ billingStatus { version access { state } } }');
    expect(statements).toHaveLength(1);
    expect(statements[0]).not.toMatch(/from stripe_/);
    options.debug = undefined;

    const prepared = await gateway.app.db.sql<{ uses: number }[]>`
      select (generic_plans + custom_plans)::int as uses from pg_prepared_statements
      where statement like 'select r.%' and statement like '%stripe_invoices%' and statement like '%items%'`;
    expect(prepared).toEqual([{ uses: 3 }]);
  });

  test('aliases of one list with other arguments do not meet', async () => {
    const long = 'a'.repeat(80);
    const { data } = await ask(`{ billingAccount {
      one: invoices(first: 1) { nodes { id } } two: invoices(first: 2) { nodes { id } } ${long}: invoices(first: 3) { nodes { id } }
      status { account { one: invoices(first: 4) { nodes { id } } } } } }`);
    const { one, two, [long]: three, status } = data.billingAccount;
    expect([one, two, three, status.account.one].map((list) => list.nodes.length)).toEqual([1, 2, 3, 4]);
  });
});

test('a change of the catalogue shows with its signal', async () => {
  await db.sql`update stripe_products set name = 'Team of all' where id = 'prod_team'`;
  gateway.app.bus.publishCatalogue();
  const { data } = await ask('{ plan(key: "team") { name } }');
  expect(data.plan.name).toBe('Team of all');
});
