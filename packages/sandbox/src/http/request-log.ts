import { maskCards } from './card-masking.js';

/** One call of Stripe's API as it came in and went out, card numbers masked. */
export interface LoggedRequest {
  /** Its `request-id`. */
  id: string;
  method: string;
  path: string;
  /** Parameters as a form. */
  form: string;
  idempotencyKey: string | undefined;
  /** The API version of its answer. */
  version: string;
  /** Made with a publishable key: a page sees a part of what a server would. */
  publishable: boolean;
  /** The request whose stored outcome was answered again. */
  replayOf?: string;
  /** HTTP status; null when a fault kept the answer back. */
  status: number | null;
  answer: string;
  /** Milliseconds. */
  duration: number;
  /** Stripe seconds of the sandbox's clock. */
  created: number;
}

const KEPT = 300;
/** Characters of one answer that are kept. */
const LONGEST_ANSWER = 50_000;

/** The last few hundred calls, in memory only, for whoever looks over a program's shoulder. */
export class RequestLog {
  /** @param observer is told of every call with its whole answer */
  constructor(private readonly observer?: (request: LoggedRequest) => void) {}

  /** Called after each call. */
  onRequest: (() => void) | undefined;
  private readonly kept: LoggedRequest[] = [];

  add(call: LoggedRequest): void {
    const request = { ...call, form: maskCards(call.form) };
    this.observer?.(request);
    const answer =
      request.answer.length > LONGEST_ANSWER ? `${request.answer.slice(0, LONGEST_ANSWER)}\n…` : request.answer;
    this.kept.push({ ...request, answer });
    if (this.kept.length > KEPT) this.kept.shift();
    this.onRequest?.();
  }

  find(id: string): LoggedRequest | undefined {
    return this.kept.find((request) => request.id === id);
  }

  newestFirst(): LoggedRequest[] {
    return [...this.kept].reverse();
  }

  clear(): void {
    this.kept.length = 0;
  }
}
