import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../src/db/connect.js';
import type { MirrorRow, MirrorTable } from '../../src/db/mirror-rows.js';
import { createStripeReader } from '../../src/mirror/ask-stripe.js';
import * as lists from '../../src/mirror/lists.js';
import type { Projector, StripeObject } from '../../src/mirror/projector.js';
import { allProjectors } from '../../src/mirror/projectors/index.js';
import { plain, sameState, storedForm } from '../../src/mirror/stored-form.js';
import type { StripeGateway } from '../../src/stripe/client.js';
import { StripeCallError } from '../../src/stripe/errors.js';

/**
 * Where the mirror differs from what Stripe answers now, one line a row; empty when it has converged. Looks at every
 * row, typed columns and raw JSON, and at every object that Stripe lists.
 */
export async function mirrorDrift(db: Database, stripe: StripeGateway): Promise<string[]> {
  const reader = createStripeReader(stripe, { run: (request) => request() });
  const drift: string[] = [];
  for (const projector of allProjectors().values()) {
    const rows = await rowsOf(db, projector.table);
    for (const row of rows.values()) {
      const { value } = await reader.read((ask) => projector.fetch(ask, row.id)).catch(missing);
      drift.push(...differences(projector, row, value && plain(value)));
    }
  }
  for (const list of [lists.customers, lists.subscriptions, lists.invoices, lists.products, lists.prices]) {
    const projector = allProjectors().get(list.type);
    const rows = await rowsOf(db, projector?.table as MirrorTable);
    const { value: page } = await reader.read((ask) => list.page(ask, { after: undefined }));
    drift.push(...page.data.filter(({ id }) => !rows.has(id)).map(({ id }) => `${id} is not mirrored`));
  }
  return drift;
}

async function rowsOf(db: Database, table: MirrorTable): Promise<Map<string, MirrorRow>> {
  const rows = (await db.orm.select().from(table as never)) as MirrorRow[];
  return new Map(rows.map((row) => [row.id, row]));
}

function differences(projector: Projector, row: MirrorRow, truth: StripeObject | null): string[] {
  const name = `${projector.type} ${row.id}`;
  if (truth === null || row.deletedAt !== null) {
    return (truth === null) === (row.deletedAt !== null) ? [] : [`${name} is a tombstone in one of the two only`];
  }
  if (row.raw === null) return [`${name} was never read`];
  const expected = storedForm(projector, truth, row.raw as never);
  const raw = sameState(projector, expected, row.raw)
    ? []
    : [`${name}: ${JSON.stringify(row.raw)}\n  Stripe: ${JSON.stringify(expected)}`];
  const columns = Object.entries(projector.row(truth)).filter(([key, value]) => {
    const stored = (row as unknown as Record<string, unknown>)[key];
    return (
      value !== undefined && !isDeepStrictEqual(JSON.parse(JSON.stringify(value)), JSON.parse(JSON.stringify(stored)))
    );
  });
  return [...raw, ...columns.map(([key]) => `${name}: column ${key}`)];
}

function missing(error: unknown): { value: null } {
  if (error instanceof StripeCallError && error.kind === 'not_found') return { value: null };
  throw error;
}
