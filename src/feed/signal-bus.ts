import type { Logger } from '../log.js';

/** A hint that an account's status has a new version, or (null) that the catalogue changed. State is the truth. */
export interface Signal {
  accountId: string;
  version: number;
}

/** What carries signals between instances. One spec runs over all of them: test/feed/signal-bus.test.ts. */
export interface SignalTransport {
  /** Proven: what this instance sends is heard, by itself too. */
  readonly connected: boolean;
  /** Bytes that one message may have. */
  readonly maxBytes: number;
  /** Called once, before anything else. `onConnected` each time that messages may have been lost before. */
  start(handlers: { onMessage(payload: string): void; onConnected(): void }): void;
  /** Rejects when the messages may not have gone out. */
  send(payloads: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface SignalBus {
  /** To be called after the commit. Never waits and never throws; signals of one account are coalesced. */
  publish(signals: readonly Signal[]): void;
  publishCatalogue(): void;
  /** `listener` gets versions as they are heard, not always in order, sometimes twice. Answers how to stop. */
  subscribe(accountId: string, listener: (version: number) => void): () => void;
  /** Something of any account changed, here or elsewhere. */
  onSignal(listener: () => void): () => void;
  /** Plans or prices changed, or may have while nothing was heard. */
  onCatalogue(listener: () => void): () => void;
  readonly connected: boolean;
  close(): Promise<void>;
}

export interface SignalBusOptions {
  transport: SignalTransport;
  /** The stored versions of those accounts whose version is not the one given. */
  versionsBeyond(known: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
  log?: Logger | undefined;
  /** Milliseconds between looks at the watched accounts' stored versions, for signals that were lost; default 10 s. */
  checkEvery?: number;
}

const CATALOGUE = '*';
/** Signals kept while nothing can be sent; beyond that the oldest are left to the other instances' own checks. */
const MOST_PENDING = 50_000;

export function createSignalBus({ transport, versionsBeyond, log, checkEvery = 10_000 }: SignalBusOptions): SignalBus {
  const watchers = new Map<string, Set<(version: number) => void>>();
  /** Of each watched account the highest version heard of; what a check compares with. */
  const heard = new Map<string, number>();
  const anySignal = new Set<() => void>();
  const catalogue = new Set<() => void>();
  const pending = new Map<string, number>();
  let sending: Promise<void> | null = null;
  let checking: Promise<void> | null = null;
  let closed = false;

  function hear(accountId: string, version: number): void {
    const listeners = watchers.get(accountId);
    if (!listeners) return;
    heard.set(accountId, Math.max(version, heard.get(accountId) ?? 0));
    for (const listener of [...listeners]) listener(version);
  }
  const tell = (listeners: Set<() => void>) => {
    for (const listener of [...listeners]) listener();
  };

  function queue(key: string, version: number): void {
    pending.set(key, Math.max(version, pending.get(key) ?? 0));
    if (pending.size > MOST_PENDING) pending.delete(pending.keys().next().value as string);
    sendSoon();
  }

  // While one batch is on its way the next gathers: the more there is to tell, the fewer messages an account.
  function sendSoon(): void {
    sending ??= send();
  }
  async function send(): Promise<void> {
    await Promise.resolve();
    while (pending.size > 0 && transport.connected) {
      const batch = [...pending];
      pending.clear();
      try {
        await transport.send(encode(batch, transport.maxBytes));
      } catch (error) {
        if (!closed) log?.warn({ err: error, signals: batch.length }, 'Signals could not be sent; they are kept.');
        for (const [key, version] of batch) pending.set(key, Math.max(version, pending.get(key) ?? 0));
        break;
      }
    }
    sending = null;
  }

  /** A signal lost (a crash between commit and signal, a connection that was down) costs latency only. */
  async function check(): Promise<void> {
    if (heard.size === 0) return;
    try {
      for (const [accountId, version] of await versionsBeyond(new Map(heard))) hear(accountId, version);
    } catch (error) {
      if (!closed) log?.warn({ err: error }, 'The watched accounts could not be checked for missed signals.');
    }
  }
  const checkNow = () => {
    checking ??= check().finally(() => {
      checking = null;
    });
  };
  const timer = setInterval(checkNow, checkEvery);
  timer.unref();

  transport.start({
    onMessage(payload) {
      const signals = decode(payload);
      for (const [key, version] of signals) {
        if (key === CATALOGUE) tell(catalogue);
        else hear(key, version);
      }
      if (signals.some(([key]) => key !== CATALOGUE)) tell(anySignal);
    },
    onConnected() {
      checkNow();
      tell(catalogue);
      tell(anySignal);
      sendSoon();
    },
  });

  return {
    publish(signals) {
      if (closed || signals.length === 0) return;
      for (const { accountId, version } of signals) {
        hear(accountId, version);
        queue(accountId, version);
      }
      tell(anySignal);
    },
    publishCatalogue() {
      if (closed) return;
      tell(catalogue);
      queue(CATALOGUE, 0);
    },
    subscribe(accountId, listener) {
      // A listener of its own for each subscription, so that one function may be subscribed twice.
      const own = (version: number) => listener(version);
      const listeners = watchers.get(accountId) ?? new Set();
      listeners.add(own);
      watchers.set(accountId, listeners);
      if (!heard.has(accountId)) heard.set(accountId, 0);
      return () => {
        listeners.delete(own);
        if (listeners.size > 0 || watchers.get(accountId) !== listeners) return;
        watchers.delete(accountId);
        heard.delete(accountId);
      };
    },
    onSignal: (listener) => added(anySignal, listener),
    onCatalogue: (listener) => added(catalogue, listener),
    get connected() {
      return transport.connected;
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await sending;
      await checking;
      await transport.close();
    },
  };
}

function added(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Lines of `account version`, as few messages as their size allows. */
function encode(signals: readonly [string, number][], maxBytes: number): string[] {
  const payloads: string[] = [];
  let payload = '';
  for (const [key, version] of signals) {
    const line = `${key} ${version}\n`;
    if (payload.length + line.length > maxBytes) {
      payloads.push(payload);
      payload = '';
    }
    payload += line;
  }
  return payload === '' ? payloads : [...payloads, payload];
}

/** A message that is not ours is none. */
function decode(payload: string): [string, number][] {
  return payload.split('\n').flatMap((line) => {
    const [key, version] = line.split(' ');
    const number = Number(version);
    return key && Number.isSafeInteger(number) ? [[key, number] as [string, number]] : [];
  });
}
