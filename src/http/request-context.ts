import type { Viewer } from '../auth/viewer.js';
import type { RequestContext } from '../resolvers/context.js';
import type { Reads } from '../resolvers/reads/loaders.js';

/** What all requests share. */
export type SharedContext = Omit<RequestContext, 'viewer' | 'requestId' | 'loaders' | 'drained'> & { reads: Reads };

/** A fresh context: loaders and the like never outlive the request, or the push, that they were made for. */
export type MakeContext = (
  viewer: Viewer | null,
  request: Pick<RequestContext, 'requestId' | 'log' | 'drained'>,
) => RequestContext;

export function createContextMaker({ reads, db, commands, bus, config }: SharedContext): MakeContext {
  return (viewer, request) => ({
    ...{ viewer, db, commands, bus, config },
    loaders: reads.loaders(),
    requestId: request.requestId,
    drained: request.drained,
    // Made when something is logged, which few requests do.
    get log() {
      return request.log;
    },
  });
}
