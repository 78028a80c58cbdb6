import { invalidRequest } from '../../engine/errors.js';
import type { KindName } from '../../engine/kinds.js';
import { pageSize, required, str } from '../../http/params.js';
import { type ResourceModule, type Route, route } from '../../http/route.js';
import { type FieldType, parseSearch, type SearchField, searchMatcher } from '../../http/search-query.js';

/** What can be searched by, from https://docs.stripe.com/search. */
interface Searchable {
  resource: string;
  kind: KindName;
  fields: Record<string, FieldType>;
  /** Where a field's value is, if not at its name. */
  paths?: Record<string, string>;
}

const SEARCHABLE: readonly Searchable[] = [
  {
    resource: 'charges',
    kind: 'charge',
    fields: {
      amount: 'number',
      'billing_details.address.postal_code': 'token',
      created: 'number',
      currency: 'token',
      customer: 'token',
      disputed: 'flag',
      refunded: 'flag',
      status: 'token',
    },
  },
  {
    resource: 'customers',
    kind: 'customer',
    fields: { created: 'number', email: 'string', name: 'string', phone: 'string' },
  },
  {
    resource: 'invoices',
    kind: 'invoice',
    fields: {
      created: 'number',
      currency: 'token',
      customer: 'token',
      last_finalization_error_code: 'token',
      last_finalization_error_type: 'token',
      number: 'string',
      receipt_number: 'string',
      status: 'string',
      subscription: 'string',
      total: 'number',
    },
    paths: {
      last_finalization_error_code: 'last_finalization_error.code',
      last_finalization_error_type: 'last_finalization_error.type',
      subscription: 'parent.subscription_details.subscription',
    },
  },
  {
    resource: 'payment_intents',
    kind: 'payment_intent',
    fields: { amount: 'number', created: 'number', currency: 'token', customer: 'token', status: 'token' },
  },
  {
    resource: 'prices',
    kind: 'price',
    fields: { active: 'flag', currency: 'token', lookup_key: 'string', product: 'string', type: 'token' },
  },
  {
    resource: 'products',
    kind: 'product',
    fields: { active: 'flag', description: 'string', name: 'string', shippable: 'flag', url: 'string' },
  },
  {
    resource: 'subscriptions',
    kind: 'subscription',
    fields: { canceled_at: 'number', created: 'number', status: 'string' },
  },
];

/** `payment_method_details.card.last4` and the like of a charge. */
const METHOD_DETAIL = /^payment_method_details\.\w+\.(last4|exp_month|exp_year|brand|fingerprint)$/;

function fieldOf({ kind, fields, paths }: Searchable, name: string): SearchField | undefined {
  const type = fields[name] ?? (kind === 'charge' && METHOD_DETAIL.test(name) ? 'token' : undefined);
  return type && { type, path: paths?.[name] ?? name };
}

/** At Stripe a change can be found within a minute or so; here at once. */
function searchRoute(searchable: Searchable): Route {
  const { resource, kind } = searchable;
  const shape = { query: required(str()), limit: pageSize(), page: str() };
  return route(`GET /v1/${resource}/search`, shape, ({ tx, params, path }) => {
    const fits = searchMatcher(parseSearch(params.query), (name) => fieldOf(searchable, name), resource);
    const found = ([...tx.newestFirst(kind)] as { id: string }[]).filter(fits);
    const start = params.page === undefined ? 0 : placeOf(params.page, found);
    const data = found.slice(start, start + (params.limit ?? 10));
    const last = data.at(-1);
    const more = start + data.length < found.length;
    return {
      object: 'search_result',
      data,
      has_more: more,
      next_page: more && last ? Buffer.from(last.id).toString('base64url') : null,
      total_count: found.length,
      url: path,
    };
  });
}

/** The place after the object that a `next_page` was given with. */
function placeOf(page: string, found: readonly { id: string }[]): number {
  const last = Buffer.from(page, 'base64url').toString('utf8');
  const place = found.findIndex(({ id }) => id === last);
  if (place < 0) throw invalidRequest(`Invalid page: ${page}`, { param: 'page' });
  return place + 1;
}

export const search: ResourceModule = { routes: SEARCHABLE.map(searchRoute) };
