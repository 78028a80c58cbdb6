import type { Owner } from '../db/accounts.js';
import type { Viewer } from './viewer.js';

type Refusal = 'UNAUTHENTICATED' | 'NOT_FOUND' | 'FORBIDDEN';

/** An account the viewer may not read does not exist for them: it reads as null. */
export function mayRead(viewer: Viewer | null, owner: Owner): boolean {
  if (!viewer) return false;
  return viewer.role !== 'user' || isOwn(viewer, owner);
}

/**
 * Why the viewer may not command the account, or null when they may. Whoever may not even read it is told that
 * there is none.
 */
export function commandRefusal(viewer: Viewer | null, owner: Owner): Refusal | null {
  if (!viewer) return 'UNAUTHENTICATED';
  if (viewer.role === 'admin') return null;
  if (viewer.role === 'server') return 'FORBIDDEN';
  if (!isOwn(viewer, owner)) return 'NOT_FOUND';
  const may = viewer.organizationId === null ? !viewer.scopes.has('billing:read') : viewer.scopes.has('billing:write');
  return may ? null : 'FORBIDDEN';
}

export function mayCommand(viewer: Viewer | null, owner: Owner): boolean {
  return commandRefusal(viewer, owner) === null;
}

function isOwn(viewer: Viewer, owner: Owner): boolean {
  return viewer.owner.kind === owner.kind && viewer.owner.id === owner.id;
}
