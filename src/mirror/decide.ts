/** What is known of an event when it is to be projected. Times are Stripe's seconds, ticks the mirror's clock. */
export interface EventFacts {
  /** Drawn after the event arrived. */
  tick: number;
  /** The event's payload is the object's state at exactly this second. */
  created: number;
  /** The payload has every part that the row needs, in our API version. */
  usable: boolean;
  /** False for objects on a test clock: their seconds are not those of Stripe's answers. */
  dated: boolean;
}

/** The stored state: Stripe's at some moment from `stateFrom` to `stateTo`. */
export interface StateFacts {
  /** A read asked for at this tick was applied. */
  cleanSeq: number;
  stateFrom: number;
  stateTo: number;
}

export type Verdict =
  /** The payload is newer than the stored state: no read is needed. */
  | 'apply'
  /** Nothing to do: a read sent after the event arrived was applied, or the payload is what is stored. */
  | 'done'
  /** The stored state is newer than the payload. */
  | 'stale'
  /** Cannot be told from here: Stripe is asked. */
  | 'read';

/**
 * What to do with an event. An event says "look again" and its payload is a short cut: `created` has one second's
 * resolution and events come in any order, so only what lies wholly outside the stored state's bounds is decided by it.
 */
export function decide(event: EventFacts, state: StateFacts, equal: () => boolean): Verdict {
  if (state.cleanSeq >= event.tick) return 'done';
  if (event.dated) {
    if (event.created < state.stateFrom) return 'stale';
    if (event.usable && event.created > state.stateTo) return 'apply';
  }
  if (event.usable && equal()) return 'done';
  return 'read';
}

/** An answer that Stripe gave, to a read or to a command. */
export interface AnswerFacts {
  /** Drawn before it was asked for. */
  asked: number;
  /** Every part that the row needs is there. */
  complete: boolean;
}

/** What to do with an answer: anything written since it was asked for may be newer than what it says. */
export function decideAnswer(answer: AnswerFacts, state: { writeSeq: number }): 'apply' | 'outdated' | 'incomplete' {
  if (state.writeSeq > answer.asked) return 'outdated';
  return answer.complete ? 'apply' : 'incomplete';
}

export interface Bounds {
  /** Stripe's seconds. */
  from: number;
  to: number;
}

/**
 * When the state that an answer shows was Stripe's. Its `Date` is written after the state was read, in whole seconds,
 * so the state lies between `Date` minus the request's duration minus 2 s and `Date` plus 1 s.
 */
export function boundsOf(answer: { date: number; durationMs: number }): Bounds {
  return { from: answer.date - Math.ceil(answer.durationMs / 1000) - 2, to: answer.date + 1 };
}

/** Of an object that took several answers to read. */
export function spanning(one: Bounds, other: Bounds): Bounds {
  return { from: Math.min(one.from, other.from), to: Math.max(one.to, other.to) };
}
