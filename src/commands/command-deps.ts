import type { Config } from '../config/settings.js';
import type { CommandDeps } from './run-command.js';

/** What the commands decide by, of the settings. */
export interface CommandSettings {
  publishableKey: string | null;
  returnUrlOrigins: Config['http']['returnUrlOrigins'];
  /** Stripe's automatic tax on every start and change. */
  tax: boolean;
  /** Seconds between two `billingRefresh`es of one account. */
  refreshEvery: number;
}
export interface Deps extends CommandDeps {
  settings: CommandSettings;
}
