export interface Backoff {
  /** Milliseconds until another attempt after so many; null: give up. */
  delayAfter(attempts: number): number | null;
}

export interface BackoffOptions {
  /** Milliseconds after the first attempt; doubled after each. */
  first?: number;
  /** Milliseconds at most. */
  longest?: number;
  attempts?: number;
  random?: () => number;
}

/** By default about a day of attempts: longer than an outage of Stripe's, shorter than what reconcile has to find. */
export function createBackoff(options: BackoffOptions = {}): Backoff {
  const { first = 1000, longest = 3_600_000, attempts = 35, random = Math.random } = options;
  return {
    delayAfter(made) {
      if (made >= attempts) return null;
      const full = Math.min(first * 2 ** (made - 1), longest);
      // Jitter, so that what failed together does not come back together.
      return full / 2 + (random() * full) / 2;
    },
  };
}
