import type { Viewer } from '../auth/viewer.js';
import type { Commands } from '../commands/commands.js';
import type { Config } from '../config.js';
import type { Database } from '../db/connect.js';
import type { SignalBus } from '../feed/signal-bus.js';
import type { Logger } from '../log.js';
import type { Loaders } from './reads/loaders.js';

/** What a resolver gets beside its arguments; made anew for each request, and for each push of a subscription. */
export interface RequestContext {
  /** Null without a token. */
  viewer: Viewer | null;
  db: Database;
  loaders: Loaders;
  commands: Commands;
  bus: SignalBus;
  config: Config;
  log: Logger;
  requestId: string;
  /** Of a live connection: resolves when the client has received what it was sent. */
  drained?: (() => Promise<void>) | undefined;
}
