/** Values that one commit takes at most. */
const LARGEST_GROUP = 100;

/**
 * Whoever comes while a commit is under way shares the next one. A group that fails because of
 * one of its values is tried one by one, so that a value that cannot be stored takes no other with it.
 */
export function createGroupCommit<T>(
  commit: (group: readonly T[]) => Promise<void>,
  isOfOneValue: (error: unknown) => boolean,
): (value: T) => Promise<void> {
  interface Waiting {
    value: T;
    stored(): void;
    failed(error: unknown): void;
  }
  const waiting: Waiting[] = [];
  let committing = false;

  const commitWaiting = async () => {
    committing = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, LARGEST_GROUP);
      try {
        await commit(group.map(({ value }) => value));
        for (const { stored } of group) stored();
      } catch (error) {
        if (group.length > 1 && isOfOneValue(error)) await Promise.all(group.map(alone));
        else for (const { failed } of group) failed(error);
      }
    }
    committing = false;
  };
  const alone = async ({ value, stored, failed }: Waiting) => {
    await commit([value]).then(stored, failed);
  };

  return (value) =>
    new Promise((stored, failed) => {
      waiting.push({ value, stored, failed });
      if (!committing) void commitWaiting();
    });
}
