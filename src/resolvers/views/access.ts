import { emptyStatus, isAllowed } from '../../access/status.js';
import type { LoadedAccount } from '../../db/reads/rows.js';
import type { Access } from '../../schema/access.js';

export class AccessView implements Access {
  readonly #status;

  /** @param trustSeconds how long an answer may be relied on at most */
  constructor(
    readonly row: Pick<LoadedAccount, 'status' | 'secondsToTransition'>,
    readonly trustSeconds: number,
  ) {
    this.#status = row.status ?? emptyStatus;
  }

  get allowed() {
    return isAllowed(this.#status.state);
  }
  get state() {
    return this.#status.state;
  }
  get reason() {
    return this.#status.reason;
  }
  get graceEndsAt() {
    return this.#status.graceEndsAt;
  }
  // Counted from the real now, for that is what a client's clock shows; what is left is counted on Stripe's clock.
  get trustUntil() {
    const left = this.row.secondsToTransition ?? Number.POSITIVE_INFINITY;
    return Math.floor(Date.now() / 1000 + Math.max(0, Math.min(left, this.trustSeconds)));
  }
  get features() {
    return this.#status.features;
  }
}
