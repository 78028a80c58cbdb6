import type { GraphQLResolveInfo } from 'graphql';
import { mayRead } from '../auth/permit.js';
import type { RequestContext } from './context.js';
import { accountReference, makeAccount, readingViewer, visibleTo } from './reading-viewer.js';
import type { ViewOf } from './reads/graph.js';
import { loadAccountOfOwner, loadById } from './reads/load.js';

/**
 * The account that an argument names, or the viewer's own, as either of the types that show it, with what is selected
 * of it. An account exists from its owner's first request on; null for one that the viewer may not see.
 */
export async function readAccount<Name extends 'BillingAccount' | 'BillingStatus'>(
  ctx: RequestContext,
  type: Name,
  text: string | null | undefined,
  info: GraphQLResolveInfo,
): Promise<ViewOf<Name> | null> {
  const viewer = readingViewer(ctx);
  const reference = accountReference(viewer, text);
  if ('id' in reference) return loadById(ctx, type, reference.id, visibleTo(viewer), info);
  if (!mayRead(viewer, reference.owner)) return null;
  const found = await loadAccountOfOwner(ctx, type, reference.owner, info);
  if (found) return found;
  await makeAccount(ctx, viewer, reference.owner);
  return loadAccountOfOwner(ctx, type, reference.owner, info);
}
