const MARK = 'tollgate-sandbox-elements';

type Message =
  | { mark: typeof MARK; kind: 'call'; id: number; name: string; argument: unknown }
  | { mark: typeof MARK; kind: 'reply'; id: number; result: unknown; failure?: string }
  | { mark: typeof MARK; kind: 'event'; name: string; detail: unknown };

export interface PortOptions {
  /** The window at the other end; it changes when a frame is put on the page again. */
  peer: () => Window | null | undefined;
  /** The only origin that is listened and spoken to. */
  origin: string;
  onEvent?: (name: string, detail: unknown) => void;
  onCall?: (name: string, argument: unknown) => unknown;
}

/** One end of the line between the shop's page and a frame of the sandbox. */
export class Port {
  private readonly waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  private lastId = 0;

  constructor(private readonly options: PortOptions) {
    window.addEventListener('message', this.receive);
  }

  emit(name: string, detail?: unknown): void {
    this.send({ mark: MARK, kind: 'event', name, detail });
  }

  /** Asks the other end; rejects when the line is closed before it answers. */
  call<T>(name: string, argument?: unknown): Promise<T> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<T>((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this.send({ mark: MARK, kind: 'call', id, name, argument });
    });
  }

  close(): void {
    window.removeEventListener('message', this.receive);
    for (const { reject } of this.waiting.values()) reject(new Error('The Element was unmounted.'));
    this.waiting.clear();
  }

  private send(message: Message): void {
    // Plain data only: what the page passes may hold functions or proxies of a framework.
    this.options.peer()?.postMessage(JSON.parse(JSON.stringify(message)), this.options.origin);
  }

  private readonly receive = ({ data, origin, source }: MessageEvent<Message | undefined>): void => {
    if (origin !== this.options.origin || source !== this.options.peer() || data?.mark !== MARK) return;
    if (data.kind === 'event') this.options.onEvent?.(data.name, data.detail);
    if (data.kind === 'call') void this.answer(data.id, data.name, data.argument);
    if (data.kind === 'reply') {
      const asked = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (data.failure === undefined) asked?.resolve(data.result);
      else asked?.reject(new Error(data.failure));
    }
  };

  private async answer(id: number, name: string, argument: unknown): Promise<void> {
    try {
      this.send({ mark: MARK, kind: 'reply', id, result: await this.options.onCall?.(name, argument) });
    } catch (error) {
      this.send({ mark: MARK, kind: 'reply', id, result: undefined, failure: String(error) });
    }
  }
}
