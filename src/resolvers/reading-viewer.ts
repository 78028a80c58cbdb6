import { GraphQLError } from 'graphql';
import type { Viewer } from '../auth/viewer.js';
import { ensureAccount, type Owner } from '../db/accounts.js';
import { AuthError } from '../errors.js';
import type { RequestContext } from './context.js';

/** Whoever reads an account must say who they are. */
export function readingViewer({ viewer }: RequestContext): Viewer {
  if (!viewer) throw new AuthError('A token is needed for this: send authorization: Bearer <JWT>.');
  return viewer;
}

/** Whose accounts the viewer sees; null: everybody's. What belongs to others reads as null. */
export function visibleTo(viewer: Viewer): Owner | null {
  return viewer.role === 'user' ? viewer.owner : null;
}

/** What an `accountId` argument names. */
export type AccountReference = { owner: Owner } | { id: string };

/** @throws GraphQLError (`BAD_USER_INPUT`) for a text that is neither an account's id nor an owner */
export function accountReference(viewer: Viewer, text: string | null | undefined): AccountReference {
  if (text == null) return { owner: viewer.owner };
  const [, kind, id] = /^(user|organization):([^\p{Cc}]{1,400})$/u.exec(text) ?? [];
  if (kind && id) return { owner: { kind: kind as Owner['kind'], id } };
  if (/^tga_\w{1,64}$/.test(text)) return { id: text };
  throw new GraphQLError('An account is named by its id (tga_…), user:<sub> or organization:<org>.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** Makes the account of an owner who has none yet. */
export async function makeAccount(ctx: RequestContext, viewer: Viewer, owner: Owner): Promise<void> {
  const isOwn = owner.kind === viewer.owner.kind && owner.id === viewer.owner.id;
  // The address in the token is the person's: an organization gets none from it.
  const email = isOwn && owner.kind === 'user' ? viewer.email : null;
  await ensureAccount(ctx.db, owner, email);
}
