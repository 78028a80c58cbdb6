import type { WebSocket } from 'ws';

const MARK = 'flow ';

export interface SocketFlow {
  /** Resolves when the text was handed to the network, or the socket is gone. */
  send(text: string): Promise<void>;
  /**
   * Resolves when the client has received all that was sent until now, or the socket is gone. Network buffers take in
   * megabytes for a client that reads nothing, so what was written says little; every WebSocket answers a ping, and in
   * order.
   */
  drained(): Promise<void>;
}

/** What is on its way to one socket. `most` bytes may wait to be written; a client that lets more gather is cut off. */
export function createSocketFlow(socket: WebSocket, most: number): SocketFlow {
  let sent = 0;
  let received = 0;
  /** What the ping that is on its way marks; 0 while none is. */
  let marked = 0;
  let gone = false;
  let waiting: { mark: number; resolve(): void }[] = [];

  const settle = () => {
    const done = waiting.filter(({ mark }) => gone || mark <= received);
    waiting = waiting.filter((one) => !done.includes(one));
    for (const { resolve } of done) resolve();
  };
  const mark = () => {
    if (marked !== 0 || received === sent || gone || socket.readyState !== socket.OPEN) return;
    marked = sent;
    socket.ping(`${MARK}${sent}`);
  };
  socket.on('pong', (data) => {
    const text = data.toString();
    if (marked === 0 || text !== `${MARK}${marked}`) return;
    received = marked;
    marked = 0;
    settle();
    if (waiting.length > 0) mark();
  });
  socket.on('close', () => {
    gone = true;
    settle();
  });

  return {
    send: (text) =>
      new Promise((resolve, reject) => {
        if (gone || socket.readyState !== socket.OPEN) return resolve();
        if (socket.bufferedAmount > most) {
          socket.terminate();
          return resolve();
        }
        sent += 1;
        socket.send(text, (error) => (error && !gone ? reject(error) : resolve()));
      }),
    drained: () =>
      new Promise((resolve) => {
        if (gone || received === sent) return resolve();
        waiting.push({ mark: sent, resolve });
        mark();
      }),
  };
}
