import type { Engine } from '../engine/engine.js';
import type { Transaction } from '../engine/transaction.js';
import { DeliveryFaults } from './faults.js';
import { planAgain, planDeliveries } from './plan.js';
import { type Attempt, type Delivery, RETRY_DELAYS } from './record.js';
import { dropped, type Shipment, sendWebhook } from './send.js';

const CONCURRENCY = 16;
const LOG_SIZE = 2000;

export interface CourierOptions {
  /** Waits between attempts in milliseconds of the sandbox's clock. */
  retryDelays?: readonly number[];
  onError: (error: unknown) => void;
}

/** Carries events to webhook endpoints in the background, with retries that survive a restart. */
export class Courier {
  readonly faults = new DeliveryFaults();
  readonly log: Attempt[] = [];
  private readonly retryDelays: readonly number[];
  private ready: string[] = [];
  /** Waiting for their time: a retry or a delay. */
  private readonly waiting = new Map<string, number>();
  private readonly inFlight = new Set<string>();
  /** Deliveries that met their fault already. */
  private readonly faulted = new Set<string>();
  private readonly closing = new AbortController();
  private idleWaiters: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private gathering: NodeJS.Timeout | undefined;
  private isPaused = false;

  constructor(
    private readonly engine: Engine,
    private readonly options: CourierOptions,
  ) {
    this.retryDelays = options.retryDelays ?? RETRY_DELAYS;
  }

  /** Takes up what was pending when the sandbox stopped, and every event from now on. */
  start(): void {
    const { engine } = this;
    engine.beforeCommit.push((tx) => {
      this.sameSecond(tx);
      planDeliveries(engine, tx);
    });
    engine.afterCommit.push((tx) => {
      if (tx.events.length > 0) this.enqueue(tx);
    });
    engine.clockMoved.push(() => this.wake());
    engine.stateReplaced.push(() => {
      this.forget();
      this.takeUp();
    });
    this.takeUp();
  }

  private takeUp(): void {
    for (const delivery of this.engine.store.of('_delivery').all()) {
      if (!delivery.gaveUp) this.waiting.set(delivery.id, delivery.nextAttemptAt);
    }
    this.wake();
  }

  get paused(): boolean {
    return this.isPaused;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.pump();
  }

  counts() {
    return {
      in_flight: this.inFlight.size,
      queued: this.ready.length,
      waiting: this.waiting.size,
      paused: this.isPaused,
    };
  }

  get isIdle(): boolean {
    return this.inFlight.size === 0 && this.ready.length === 0 && this.waiting.size === 0;
  }

  /** Resolves with true when nothing is pending or in flight, with false after `timeoutMs`. */
  idle(timeoutMs: number): Promise<boolean> {
    if (this.isIdle) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.idleWaiters = this.idleWaiters.filter((waiter) => waiter !== done);
        resolve(false);
      }, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        resolve(true);
      };
      this.idleWaiters.push(done);
    });
  }

  /** Forgets everything pending (the state was reset). */
  forget(): void {
    this.ready = [];
    this.waiting.clear();
    this.log.length = 0;
    this.settle();
  }

  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.gathering);
    this.closing.abort();
  }

  /**
   * Sends an event again at once, whatever became of it before: to one endpoint, or to each enabled one that wants its
   * type. Returns to how many.
   */
  resend(eventId: string, endpoint?: string): number {
    const ids = planAgain(this.engine, eventId, (id) => this.inFlight.has(id), endpoint);
    for (const id of ids) {
      this.waiting.delete(id);
      if (!this.ready.includes(id)) this.ready.push(id);
    }
    this.pump();
    return ids.length;
  }

  private enqueue(tx: Transaction): void {
    for (const event of tx.events) {
      for (const delivery of this.engine.store.of('_delivery').where('event', event.id).reverse()) {
        this.ready.push(delivery.id);
      }
    }
    this.pump();
  }

  /** In a burst, all events of the window were made in one second. */
  private sameSecond(tx: Transaction): void {
    tx.events.forEach((event, place) => {
      const created = this.faults.secondOf(event.created);
      if (created !== event.created) tx.events[place] = tx.put('event', { ...event, created });
    });
  }

  private wake(): void {
    clearTimeout(this.timer);
    const now = this.engine.clock.nowMs();
    let next = Number.POSITIVE_INFINITY;
    for (const [id, at] of this.waiting) {
      if (at > now) {
        next = Math.min(next, at);
        continue;
      }
      this.waiting.delete(id);
      this.ready.push(id);
    }
    if (next !== Number.POSITIVE_INFINITY) {
      this.timer = setTimeout(() => this.wake(), Math.min(next - now, 60_000));
      this.timer.unref();
    }
    this.pump();
  }

  private pump(): void {
    if (this.isPaused || this.closing.signal.aborted) return;
    const reordering = this.faults.reordering;
    if (reordering) {
      if (this.ready.length === 0 || this.inFlight.size > 0) return;
      this.gathering ??= setTimeout(() => {
        this.gathering = undefined;
        const batch = this.faults.shuffle(this.ready.splice(0));
        void this.inTurn(batch);
      }, reordering.windowMs);
      return;
    }
    while (this.inFlight.size < CONCURRENCY) {
      const id = this.ready.shift();
      if (id === undefined) break;
      this.inFlight.add(id);
      void this.deliver(id).then(() => this.pump());
    }
    this.settle();
  }

  private async inTurn(ids: string[]): Promise<void> {
    for (const id of ids) this.inFlight.add(id);
    for (const id of ids) await this.deliver(id);
    this.pump();
  }

  private settle(): void {
    if (!this.isIdle) return;
    for (const waiter of this.idleWaiters.splice(0)) waiter();
  }

  private async deliver(id: string): Promise<void> {
    try {
      const shipment = this.shipmentOf(id);
      if (!shipment) return;
      const copies = this.metFault(shipment);
      for (let copy = 0; copy < copies; copy++) {
        const attempt = await sendWebhook(shipment, this.closing.signal);
        if (this.closing.signal.aborted) return;
        if (copy === 0) this.conclude(shipment.delivery, attempt);
        else this.record(attempt);
      }
    } catch (error) {
      this.options.onError(error);
    } finally {
      // Only now may it be taken up again: a retry that is due at once would else be struck off with this attempt.
      this.inFlight.delete(id);
      if (!this.closing.signal.aborted) this.wake();
      this.settle();
    }
  }

  /** What to send; undefined (and the delivery forgotten) if its endpoint is gone or disabled. */
  private shipmentOf(id: string): Shipment | undefined {
    const { store } = this.engine;
    const delivery = store.of('_delivery').get(id);
    if (!delivery) return undefined;
    const event = store.of('event').get(delivery.event);
    const endpoint = store.of('webhook_endpoint').get(delivery.endpoint);
    const secret = store.of('_webhook_secret').get(delivery.endpoint)?.secret;
    if (event && endpoint?.status === 'enabled' && secret) {
      const pending = store.of('_delivery').where('event', event.id).length;
      return { delivery, event, endpoint, secret, pending };
    }
    this.engine.transact((tx) => tx.delete('_delivery', id));
    return undefined;
  }

  /** How many times to send it now: none when a fault dropped or delayed it. */
  private metFault(shipment: Shipment): number {
    const { delivery, event } = shipment;
    if (this.faulted.has(delivery.id) || delivery.attempts > 0) return 1;
    const fault = this.faults.take(event.type, delivery.endpoint);
    if (!fault) return 1;
    this.faulted.add(delivery.id);
    if (fault.action === 'duplicate') return 2;
    if (fault.action === 'delay') {
      this.waiting.set(delivery.id, this.engine.clock.nowMs() + (fault.delayMs ?? 0));
      return 0;
    }
    this.engine.transact((tx) => tx.patch('_delivery', delivery.id, { gaveUp: true }));
    this.record(dropped(shipment));
    return 0;
  }

  private conclude(delivery: Delivery, attempt: Attempt): void {
    const stillThere = this.engine.store.of('_delivery').get(delivery.id);
    if (!stillThere) return;
    this.faulted.delete(delivery.id);
    if (attempt.outcome === 'delivered') {
      this.engine.transact((tx) => tx.delete('_delivery', delivery.id));
    } else {
      const attempts = delivery.attempts + 1;
      const delay = this.retryDelays[delivery.attempts];
      const gaveUp = delay === undefined;
      const nextAttemptAt = this.engine.clock.nowMs() + (delay ?? 0);
      this.engine.transact((tx) => tx.patch('_delivery', delivery.id, { attempts, nextAttemptAt, gaveUp }));
      if (gaveUp) attempt.outcome = 'gave_up';
      else this.waiting.set(delivery.id, nextAttemptAt);
    }
    this.record(attempt);
  }

  private record(attempt: Attempt): void {
    this.log.push(attempt);
    if (this.log.length > LOG_SIZE) this.log.splice(0, this.log.length - LOG_SIZE);
  }
}
