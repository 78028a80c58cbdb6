import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { backlogOf } from '../db/inbox-events.js';
import { claimLanes, releaseLane } from '../db/inbox-lanes.js';
import { type BackoffOptions, createBackoff } from './backoff.js';
import { type LaneDeps, LaneLostError, projectLane } from './project-lane.js';

export interface Worker {
  start(): void;
  /** Something was stored: look now. */
  wake(): void;
  /** Resolves once no event is due and none is being worked on, here or on another instance. */
  idle(): Promise<void>;
  /** Begins nothing new and waits for what is under way. */
  stop(): Promise<void>;
}

export interface WorkerDeps extends Omit<LaneDeps, 'backoff' | 'leaseSeconds'> {
  backoff?: BackoffOptions;
  /** Seconds after which another instance may take over the lane of one that shows no sign of life. */
  leaseSeconds?: number;
  /** Milliseconds between looks without being woken: for other instances' events and lanes. */
  pollEvery?: number;
  /** Lanes in work at once. Those that wait for Stripe hold no connection. */
  lanes?: number;
}

/** Milliseconds. */
const pauseAfterError = 1000;

/** Works the inbox off. Several instances may run: each lane is worked on by one of them at a time. */
export function createWorker(options: WorkerDeps): Worker {
  const { db, log, leaseSeconds = 30, pollEvery = 5000, lanes: most = 64 } = options;
  const deps: LaneDeps = { ...options, leaseSeconds, backoff: createBackoff(options.backoff) };
  const inWork = new Set<Promise<void>>();
  let stopped = true;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let timer: NodeJS.Timeout | undefined;

  const wake = () => {
    if (stopped) return;
    lookAgain = true;
    looking ??= look().finally(() => {
      looking = null;
      if (lookAgain) wake();
    });
  };

  const look = async () => {
    clearTimeout(timer);
    let next = pollEvery;
    try {
      while (lookAgain && !stopped) {
        lookAgain = false;
        const free = most - inWork.size;
        if (free <= 0) break;
        const holder = randomUUID();
        const claimed = await claimLanes(db, holder, free, leaseSeconds);
        for (const lane of claimed) begin(lane, holder);
        if (claimed.length === free) lookAgain = true;
      }
      if (inWork.size === 0) next = Math.min(next, (await backlogOf(db)).nextIn ?? next);
    } catch (error) {
      log.error({ err: error }, 'The inbox could not be looked at; it is looked at again.');
      next = Math.min(pollEvery, pauseAfterError);
    }
    if (!stopped) timer = setTimeout(wake, Math.max(next, 5)).unref();
  };

  const begin = (lane: string, holder: string) => {
    const work = workOn(lane, holder).finally(() => {
      inWork.delete(work);
      // Events of the lane may have come after its last look and before its release.
      wake();
    });
    inWork.add(work);
  };

  const workOn = async (lane: string, holder: string) => {
    try {
      await projectLane(deps, lane, holder);
    } catch (error) {
      if (error instanceof LaneLostError) return void log.warn({ lane }, error.message);
      log.error({ err: error, lane }, 'A lane could not be worked on; it is tried again.');
      await delay(pauseAfterError);
    }
    await release(lane, holder);
  };

  // Told as soon as the database listens again; the lease runs out by itself all the same.
  const release = async (lane: string, holder: string) => {
    for (let spent = 0; spent < leaseSeconds * 1000; spent += pauseAfterError) {
      try {
        return await releaseLane(db, lane, holder);
      } catch {
        if (stopped) return;
        await delay(pauseAfterError);
      }
    }
  };

  return {
    start() {
      stopped = false;
      wake();
    },
    wake,
    async idle() {
      for (;;) {
        if (stopped) throw new Error('A worker that is stopped does not become idle.');
        wake();
        while (looking || inWork.size > 0) await Promise.all([looking, ...inWork]);
        if ((await backlogOf(db)).due === 0) return;
        // Due and not claimed: another instance has the lane.
        await delay(20);
      }
    },
    async stop() {
      stopped = true;
      clearTimeout(timer);
      while (looking || inWork.size > 0) await Promise.all([looking, ...inWork]);
    },
  };
}
