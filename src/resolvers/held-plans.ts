import type { planEligibility } from '../access/plan-eligibility.js';
import { mayRead } from '../auth/permit.js';
import type { Viewer } from '../auth/viewer.js';
import { compileRoot } from '../db/reads/read.js';
import type { LoadedAccount, LoadedRow, LoadedSubscription } from '../db/reads/rows.js';
import { addJoin, type ReadNode, readNode } from '../db/reads/tree.js';
import type { RequestContext } from './context.js';
import { accountReference, visibleTo } from './reading-viewer.js';
import { fullTree } from './reads/read-tree.js';
import { SubscriptionView } from './views/subscription.js';

type AccountPlans = Parameters<typeof planEligibility>[1];

/** What the account that an argument names holds, read once for all plans of a request; null where none may see it. */
export async function heldPlans(ctx: RequestContext, text: string | null | undefined): Promise<AccountPlans | null> {
  const { viewer } = ctx;
  if (!viewer) return null;
  return ctx.loaders.once(`plans held by ${text ?? 'the viewer'}`, () => load(ctx, viewer, text));
}

async function load(
  ctx: RequestContext,
  viewer: Viewer,
  text: string | null | undefined,
): Promise<AccountPlans | null> {
  const row = await accountRow(ctx, viewer, text);
  if (row === 'hidden') return null;
  if (row === 'none') return { held: [], currency: null, hadTrial: false };
  const { customer, hadTrial, currentSubscriptions } = row as unknown as LoadedAccount & {
    currentSubscriptions: LoadedSubscription[];
  };
  const held = await Promise.all(currentSubscriptions.map((each) => heldPlan(ctx, new SubscriptionView(each))));
  return { held: held.filter((each) => each !== null), currency: customer?.currency ?? null, hadTrial };
}

async function heldPlan(ctx: RequestContext, { row, base, endsAt }: SubscriptionView) {
  if (!base) return null;
  const plan = await ctx.loaders.plan(base.productId);
  return { ...row, endsAt, productId: base.productId, group: base.group, rank: plan?.rank ?? null };
}

async function accountRow(
  { loaders: { reader } }: RequestContext,
  viewer: Viewer,
  text: string | null | undefined,
): Promise<LoadedRow | 'hidden' | 'none'> {
  const reference = accountReference(viewer, text);
  if ('owner' in reference) {
    if (!mayRead(viewer, reference.owner)) return 'hidden';
    return (await reader.accountOfOwner(compileRoot('accountOfOwner', accountPlans()), reference.owner)) ?? 'none';
  }
  const owner = visibleTo(viewer);
  const statement = compileRoot(owner ? 'idOfOwner' : 'id', accountPlans());
  const row = await reader.id(statement, reference.id, owner);
  return row ?? 'hidden';
}

function accountPlans(): ReadNode {
  const node = readNode('account');
  node.columns.add('hadTrial');
  const customer = readNode('customer');
  customer.columns.add('currency');
  addJoin(node, 'customer', { relation: 'customer', node: customer });
  addJoin(node, 'currentSubscriptions', { relation: 'currentSubscriptions', node: fullTree('BillingSubscription') });
  return node;
}
