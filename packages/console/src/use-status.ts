import { useEffect, useState } from 'react';
import { socketOf } from './gateway';
import { watchStatus } from './operations';
import type { Status } from './types';
import type { Viewer } from './viewers';

export interface Watch {
  status: Status | null;
  /** Newest first; the versions seen since this viewer was chosen. */
  history: Status[];
  live: boolean;
  error: string | null;
}
const nothing: Watch = { status: null, history: [], live: false, error: null };

/** Holds the `billingStatus` subscription of the viewer for as long as the page shows them. */
export function useStatus(viewer: Viewer): Watch {
  const [watch, setWatch] = useState<Watch>(nothing);
  useEffect(() => {
    setWatch(nothing);
    const socket = socketOf(viewer, {
      connected: () => setWatch((now) => ({ ...now, live: true })),
      closed: () => setWatch((now) => ({ ...now, live: false })),
    });
    const stop = socket.subscribe<{ billingStatus: Status }>(
      { query: watchStatus },
      {
        next: ({ data, errors }) => {
          if (errors?.length) setWatch((now) => ({ ...now, error: errors.map((error) => error.message).join(' ') }));
          if (!data) return;
          const next = data.billingStatus;
          setWatch((now) => {
            if (now.status && next.version < now.status.version) return now;
            const known = now.history[0]?.version === next.version;
            return {
              ...now,
              error: null,
              status: next,
              history: known ? now.history : [next, ...now.history].slice(0, 12),
            };
          });
        },
        error: (failure) =>
          setWatch((now) => ({
            ...now,
            error: failure instanceof Error ? failure.message : 'The live connection failed.',
          })),
        complete: () => setWatch((now) => ({ ...now, live: false })),
      },
    );
    return () => {
      stop();
      void socket.dispose();
    };
  }, [viewer]);
  return watch;
}
