/** Statements of one process that may be prepared at a time; each costs memory on every connection. */
const LIMIT = 300;
/** Longer than postgres.js keeps a connection: what was prepared before this is gone from the server, too. */
const RENEWED_AFTER_MS = 3_600_000;

/**
 * Which statement texts to prepare: those that come again, up to a limit. A client that invents a new selection with
 * every request gets answers, not the memory of the database.
 */
export class PreparedTexts {
  #seen = new Set<string>();
  #prepared = new Set<string>();
  #since: number;

  constructor(private readonly clock: () => number = Date.now) {
    this.#since = clock();
  }

  /** Whether to prepare this use of the text. */
  admits(text: string): boolean {
    if (this.#prepared.has(text)) return true;
    if (this.clock() - this.#since > RENEWED_AFTER_MS) this.#renew();
    if (!this.#seen.delete(text)) {
      if (this.#seen.size >= LIMIT) this.#seen.clear();
      this.#seen.add(text);
      return false;
    }
    if (this.#prepared.size >= LIMIT) return false;
    this.#prepared.add(text);
    return true;
  }

  #renew(): void {
    this.#since = this.clock();
    this.#prepared.clear();
    this.#seen.clear();
  }
}
