import { randomText } from '../engine/ids.js';

export interface Notice {
  tone: 'good' | 'bad';
  text: string;
}

const KEPT = 50;

/** What an action has to say, told once on the page that follows it. */
export class Notices {
  private readonly waiting = new Map<string, Notice>();

  /** Returns the word by which the next page asks for it. */
  leave(notice: Notice): string {
    const word = randomText(12);
    this.waiting.set(word, notice);
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > KEPT && oldest !== undefined) this.waiting.delete(oldest);
    return word;
  }

  take(word: string | undefined): Notice | undefined {
    if (word === undefined) return undefined;
    const notice = this.waiting.get(word);
    this.waiting.delete(word);
    return notice;
  }
}
