import type { Viewer } from '../auth/viewer.js';
import type { RequestContext } from '../resolvers/context.js';

/** What all requests share. */
export type SharedContext = Omit<RequestContext, 'viewer' | 'requestId' | 'log'> & Pick<RequestContext, 'log'>;

/** A fresh context: loaders and the like never outlive the request, or the push, that they were made for. */
export type MakeContext = (viewer: Viewer | null, request: Pick<RequestContext, 'requestId' | 'log'>) => RequestContext;

export function createContextMaker(shared: SharedContext): MakeContext {
  return (viewer, { requestId, log }) => ({ ...shared, viewer, requestId, log });
}
