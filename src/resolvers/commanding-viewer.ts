import type { Viewer } from '../auth/viewer.js';
import { AuthError } from '../errors.js';
import type { RequestContext } from './context.js';

/** Whoever commands must say who they are: without a token the whole operation is refused, not one command of it. */
export function commandingViewer({ viewer }: RequestContext): Viewer {
  if (!viewer) throw new AuthError('A token is needed for this: send authorization: Bearer <JWT>.');
  return viewer;
}

/** Every command's last argument. */
export const idempotencyKeyText =
  'With one, a repeated call cannot act twice and answers as the first did. Any text of 1 to 255 characters.';

/** The argument that names an account. */
export const accountIdText =
  "An account's id or its owner: `user:<sub>`, `organization:<org>`. Default: the viewer's own.";
