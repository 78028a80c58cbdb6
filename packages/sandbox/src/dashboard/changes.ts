/** Tells open pages that something happened; they ask for themselves what it was. */
export class Changes {
  private readonly watchers = new Set<() => void>();
  private timer: NodeJS.Timeout | undefined;

  /** Many changes close together are one. */
  happened(): void {
    if (this.watchers.size === 0 || this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      for (const tell of this.watchers) tell();
    }, GATHER_MS);
    this.timer.unref();
  }

  /** Server-Sent Events, one for each change, until the browser leaves. */
  stream(): ReadableStream<Uint8Array> {
    const text = new TextEncoder();
    let tell: (() => void) | undefined;
    return new ReadableStream({
      start: (controller) => {
        tell = () => controller.enqueue(text.encode('event: changed\ndata: \n\n'));
        this.watchers.add(tell);
        controller.enqueue(text.encode('retry: 1000\n: watching\n\n'));
      },
      cancel: () => {
        if (tell) this.watchers.delete(tell);
      },
    });
  }
}

const GATHER_MS = 100;
