import type { LogLevel } from '../log.js';
import type { OriginRule } from './origins.js';

/** The settings as decisions. What is null is not set; durations are in seconds. */
export interface Settings {
  production: boolean;
  http: {
    /** 0: any free port. */
    port: number;
    host: string;
    /** Without a trailing slash. */
    publicUrl: string;
    allowedOrigins: OriginRule;
    /** Where return URLs may lead: the allowed origins and more. */
    returnUrlOrigins: OriginRule;
    tls: { certFile: string; keyFile: string } | null;
    introspection: boolean;
    persistedOperationsFile: string | null;
  };
  dataDir: string;
  /** Null: the embedded PostgreSQL. */
  database: DatabaseSettings | null;
  /** Null: the embedded sandbox. */
  stripe: StripeSettings | null;
  sandboxPort: number;
  auth: AuthSettings;
  redisUrl: string | null;
  policy: {
    gracePeriod: number;
    disputes: 'block' | 'ignore';
    duplicateSubscriptions: 'report' | 'refund';
    /** Stripe's automatic tax on every start, change and preview. */
    tax: boolean;
  };
  mirror: {
    customerOwnerMetadata: string;
    inboxRetention: number;
    readsPerSecond: number;
    catalogueRefresh: number;
  };
  proof: { privateKeys: readonly string[]; audience: string; ttl: number };
  logLevel: LogLevel;
  otlpEndpoint: string | null;
}

export interface DatabaseSettings {
  url: string;
  pool: number;
  /** For reads that may lag. */
  replicaUrls: readonly string[];
  /** A session connection, never through a transaction pooler. */
  listenUrl: string;
  /** Off behind a transaction pooler. */
  prepare: boolean;
}

export interface StripeSettings {
  secretKey: string;
  publishableKey: string | null;
  /** Any of them may verify. Empty in development only: events are then polled. */
  webhookSecrets: readonly string[];
  livemode: boolean;
  /** Another API than Stripe's own, e.g. the sandbox's. */
  apiBase: string | null;
  jsUrl: string | null;
}

export interface AuthSettings {
  keys: { kind: 'jwks'; url: string } | { kind: 'secret'; secret: string } | { kind: 'development' };
  issuer: string | null;
  audience: string | null;
  orgClaim: string;
  scopeClaim: string;
}

/** What a gateway runs with: the settings, the embedded parts' places filled in. */
export interface Config extends Settings {
  database: DatabaseSettings;
  stripe: StripeSettings;
}
