export interface SharedTurns {
  /**
   * Runs `work` for the key, one at a time; everybody who comes before it begins shares it. `work` gets the highest
   * need of those who share, or undefined when one of them named none.
   */
  take(key: string, need: number | undefined, work: (need: number | undefined) => Promise<void>): Promise<void>;
}

interface Turn {
  need: number | undefined;
  done: Promise<void>;
}

/** Many callers, one key, little work: those who wait for a turn wait for the same one. */
export function createSharedTurns(): SharedTurns {
  const waiting = new Map<string, Turn>();
  const running = new Map<string, Promise<void>>();
  return {
    take(key, need, work) {
      const joined = waiting.get(key);
      if (joined) {
        joined.need = joined.need === undefined || need === undefined ? undefined : Math.max(joined.need, need);
        return joined.done;
      }
      const before = running.get(key) ?? Promise.resolve();
      const turn: Turn = { need, done: Promise.resolve() };
      turn.done = before
        .catch(() => {})
        .then(async () => {
          waiting.delete(key);
          running.set(key, turn.done);
          try {
            await work(turn.need);
          } finally {
            if (running.get(key) === turn.done) running.delete(key);
          }
        });
      waiting.set(key, turn);
      return turn.done;
    },
  };
}
