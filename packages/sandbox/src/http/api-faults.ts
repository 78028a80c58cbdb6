import type { Answer } from './answer.js';

export interface Fault {
  /** An answer in place of the effect, or undefined to go on. */
  before(signal: AbortSignal): Promise<Answer | undefined>;
  /** An answer in place of the real one, after the effect. */
  after(signal: AbortSignal): Promise<Answer | undefined>;
}

/** Failures that a test has asked for, taken one by one. */
export class ApiFaults {
  next(_method: string, _path: string): Fault | undefined {
    return undefined;
  }
}
