/**
 * Now, asked one way only: "is this moment reached?". Every moment that is not is remembered, so the earliest of them
 * is when the same facts may give another answer. A rule that takes its time from here cannot forget a transition.
 */
export class Moments {
  #next: number | null = null;

  /** `now` in Stripe's seconds. */
  constructor(private readonly now: number) {}

  reached(moment: number): boolean {
    if (moment <= this.now) return true;
    if (this.#next === null || moment < this.#next) this.#next = moment;
    return false;
  }

  /** The earliest moment asked for that is not reached yet; null when there is none. */
  get next(): number | null {
    return this.#next;
  }
}
