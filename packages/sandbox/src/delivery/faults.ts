/** A way deliveries go wrong on purpose. */
export interface DeliveryFault {
  /** `drop` never arrives, `duplicate` arrives twice, `delay` arrives `delayMs` later. */
  action: 'drop' | 'duplicate' | 'delay';
  /** Event type, `*` for any part of it; all types without it. */
  type?: string;
  /** Only deliveries to this endpoint's id. */
  endpoint?: string;
  delayMs?: number;
  /** How many deliveries it hits; until cleared without it. */
  times?: number;
}

/** Sends what gathers within `windowMs` in an order drawn from `seed`, one after another. */
export interface Reordering {
  seed: number;
  windowMs: number;
}

/** As `Reordering`, and every event made within the window is of the same second. */
export interface Burst extends Reordering {
  /** The `created` of all of them, and when the window closes (real milliseconds); set by its first event. */
  open?: { second: number; until: number };
}

export class DeliveryFaults {
  private burst: Burst | undefined;
  private reorder: (Reordering & { random: () => number }) | undefined;
  private rules: DeliveryFault[] = [];

  add(fault: DeliveryFault): void {
    this.rules.push({ ...fault });
  }

  get reordering(): Reordering | undefined {
    return this.reorder && { seed: this.reorder.seed, windowMs: this.reorder.windowMs };
  }

  /** From now on; the same seed gives the same orders again. */
  startReordering(how: Reordering): void {
    this.burst = undefined;
    this.reorder = { ...how, random: seededRandom(how.seed) };
  }

  /** From now on, window by window. */
  startBurst({ seed, windowMs }: Reordering): void {
    this.startReordering({ seed, windowMs });
    this.burst = { seed, windowMs };
  }

  get bursting(): Reordering | undefined {
    return this.burst && { seed: this.burst.seed, windowMs: this.burst.windowMs };
  }

  /** The `created` of an event that is made now, at `second` of its own clock. */
  secondOf(second: number): number {
    if (!this.burst) return second;
    const now = performance.now();
    if (!this.burst.open || this.burst.open.until < now) {
      this.burst.open = { second, until: now + this.burst.windowMs };
    }
    return this.burst.open.second;
  }

  shuffle<T>(batch: readonly T[]): T[] {
    return this.reorder ? shuffled(batch, this.reorder.random) : [...batch];
  }

  all(): readonly DeliveryFault[] {
    return this.rules;
  }

  clear(): void {
    this.rules = [];
    this.reorder = undefined;
    this.burst = undefined;
  }

  /** The first fault that fits this delivery, counted down. */
  take(type: string, endpoint: string): DeliveryFault | undefined {
    const rule = this.rules.find(
      (each) => (!each.endpoint || each.endpoint === endpoint) && (!each.type || fits(each.type, type)),
    );
    if (rule?.times !== undefined) {
      rule.times -= 1;
      if (rule.times <= 0) this.rules = this.rules.filter((each) => each !== rule);
    }
    return rule;
  }
}

/** `invoice.*` against `invoice.paid`; `*` stands for anything. */
function fits(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text;
  const escaped = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`).test(text);
}

/** Fisher and Yates with a small generator of its own, so that a seed always gives the same order. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const mixed = [...items];
  for (let at = mixed.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [mixed[at], mixed[other]] = [mixed[other] as T, mixed[at] as T];
  }
  return mixed;
}

/** Mulberry32. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
