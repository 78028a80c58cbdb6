import type { Engine } from '../engine/engine.js';
import { type AnyKind, type KindName, REFERENCES } from '../engine/kinds.js';

/** Which kinds belong together, in the order people look for them; what is not here comes last. */
const GROUPS: [title: string, kinds: string[]][] = [
  ['Customers', ['customer', 'payment_method', 'tax_id', 'customer_balance_transaction', 'test_helpers.test_clock']],
  [
    'Billing',
    ['subscription', 'subscription_item', 'subscription_schedule', 'invoice', 'invoiceitem', 'invoice_payment'],
  ],
  ['Payments', ['payment_intent', 'setup_intent', 'charge', 'refund', 'dispute', 'credit_note']],
  ['Catalogue', ['product', 'price', 'coupon', 'promotion_code', 'discount']],
  ['Pages', ['checkout.session', 'billing_portal.session', 'billing_portal.configuration', 'customer_session']],
  [
    'Usage and access',
    [
      'billing.meter',
      'billing.meter_event',
      'entitlements.feature',
      'product_feature',
      'entitlements.active_entitlement',
    ],
  ],
];

export interface KindGroup {
  title: string;
  kinds: AnyKind[];
}

export function groupedKinds(kinds: readonly AnyKind[]): KindGroup[] {
  const left = new Map(kinds.map((kind) => [kind.object as string, kind]));
  const groups = GROUPS.map(([title, names]) => ({
    title,
    kinds: names.flatMap((name) => {
      const kind = left.get(name);
      left.delete(name);
      return kind ? [kind] : [];
    }),
  }));
  return [...groups, { title: 'Others', kinds: [...left.values()] }].filter((group) => group.kinds.length > 0);
}

/** e.g. `Billing portal sessions`. */
export function kindLabel(name: string): string {
  const words = name
    .replace('checkout.', 'checkout ')
    .replace('billing_portal.', 'portal ')
    .replace(/^\w+\./, '')
    .replace('invoiceitem', 'invoice item')
    .replaceAll('_', ' ');
  const plural = words.replace(/y$/, 'ie').replace(/(s|x)$/, '$1e');
  return `${plural[0]?.toUpperCase()}${plural.slice(1)}s`;
}

export function objectPath(kind: string, id: string): string {
  return `/dashboard/objects/${kind}/${encodeURIComponent(id)}`;
}

/** Finds the page of whatever an id names; only of what is there. */
export class IdLinks {
  private readonly byPrefix: Map<string, KindName>;

  constructor(
    private readonly engine: Engine,
    kinds: readonly AnyKind[],
  ) {
    this.byPrefix = new Map(kinds.map(({ prefix, object }) => [prefix, object as KindName]));
  }

  /** @param member the name of the member it stands in, which tells the kind of an id somebody chose */
  pathOf(id: string, member?: string): string | undefined {
    if (id.length > 255 || !/^[\w.-]+$/.test(id)) return undefined;
    const { store } = this.engine;
    if (id.startsWith('evt_')) return store.of('event').get(id) && `/dashboard/events/${id}`;
    const kind = this.kindOf(id) ?? (member === undefined ? undefined : REFERENCES[member]);
    return kind && store.of(kind).get(id) ? objectPath(kind, id) : undefined;
  }

  /** The page of an object whose kind nothing tells: an id that somebody chose. */
  search(id: string): string | undefined {
    const known = this.pathOf(id);
    if (known) return known;
    const kind = (['product', 'price', 'coupon', 'promotion_code', 'subscription_schedule'] as const).find((name) =>
      this.engine.store.of(name).get(id),
    );
    return kind && objectPath(kind, id);
  }

  private kindOf(id: string): KindName | undefined {
    for (let at = id.lastIndexOf('_'); at > 0; at = id.lastIndexOf('_', at - 1)) {
      const kind = this.byPrefix.get(id.slice(0, at));
      if (kind) return kind;
    }
    return undefined;
  }
}
