import type { Shape } from '../../src/http/params.js';
import type { Route } from '../../src/http/route.js';
import { isObject } from './form-schema.js';
import type { JsonSchema, SchemaBundle } from './stripe-schemas.js';

/** The parts of Stripe's API that subscription billing is made of. */
const BILLING =
  /^\/v1\/(account|balance|billing|billing_portal|charges|checkout|coupons|credit_notes|customer_sessions|customers|disputes|entitlements|events|invoice_payments|invoiceitems|invoices|payment_intents|payment_methods|prices|products|promotion_codes|refunds|setup_intents|subscription_items|subscription_schedules|subscriptions|tax_ids|test_helpers\/test_clocks|webhook_endpoints)(\/|$)/;
/** Nested parameters are compared this deep. */
const DEPTH = 2;

/** Every route of Stripe's billing API: done, partial (with the parameters that are refused as unknown), not offered. */
export function coverageTable(bundle: SchemaBundle, served: readonly Route[]): string {
  const bySignature = new Map(served.map((route) => [`${route.method} ${anonymous(route.path, /:\w+/g)}`, route]));
  const rows = bundle.routes
    .filter(({ path }) => BILLING.test(path))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.method < b.method ? -1 : 1))
    .map(({ method, path, params }) => {
      const route = bySignature.get(`${method} ${anonymous(path, /\{\w+\}/g)}`);
      if (!route) return { call: `${method} ${path}`, state: 'not offered', without: '' };
      const without = missing(bundle, params, route.shape, DEPTH);
      const state = without.length === 0 ? 'done' : 'partial';
      return { call: `${method} ${path}`, state, without: without.map((name) => `\`${name}\``).join(', ') };
    });
  const count = (state: string) => rows.filter((row) => row.state === state).length;
  const lines = rows.map(({ call, state, without }) => `| \`${call}\` | ${state} | ${without} |`);
  return [
    '# Coverage',
    '',
    `Routes of Stripe's billing API at ${bundle.apiVersion} (stripe ${bundle.sdk}): ${count('done')} done, ${count('partial')} partial, ${count('not offered')} not offered.`,
    "A partial route refuses the parameters named as unknown. Anything else answers with Stripe's error for an unknown route.",
    '',
    '| Route | State | Parameters not offered |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n');
}

const anonymous = (path: string, placeholder: RegExp) => path.replace(placeholder, ':');

function missing(bundle: SchemaBundle, schema: JsonSchema, shape: Shape, depth: number): string[] {
  const found: string[] = [];
  for (const [name, member] of Object.entries(membersOf(bundle, schema))) {
    if (name === 'expand') continue;
    const param = shape[name];
    if (!param) found.push(name);
    else if (param.members && depth > 1) {
      for (const inner of missing(bundle, member, param.members, depth - 1)) found.push(`${name}[${inner}]`);
    }
  }
  return found;
}

/** The members that a parameter's value may have, through references, alternatives and lists. */
function membersOf(bundle: SchemaBundle, schema: JsonSchema): Record<string, JsonSchema> {
  if (typeof schema.$ref === 'string') {
    const target = bundle.$defs[schema.$ref.replace('#/$defs/', '')];
    return target ? membersOf(bundle, target) : {};
  }
  if (Array.isArray(schema.anyOf)) {
    return Object.assign({}, ...schema.anyOf.map((each) => membersOf(bundle, each as JsonSchema)));
  }
  if (isObject(schema.items)) return membersOf(bundle, schema.items as JsonSchema);
  return isObject(schema.properties) ? (schema.properties as Record<string, JsonSchema>) : {};
}
