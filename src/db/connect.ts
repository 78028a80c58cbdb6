import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as tables from './tables/index.js';

type CustomTypes = { bigint: number };
export type Orm = PostgresJsDatabase<typeof tables>;

/**
 * What query functions take: a database or a transaction. Timestamps are `Date`s and bigints numbers on both sides;
 * `sql.json(value)` writes jsonb, except a bare string (pass that as `JSON.stringify(text)`).
 */
export interface Queryable {
  sql: postgres.ISql<CustomTypes>;
  orm: Pick<Orm, 'select' | 'selectDistinct' | 'insert' | 'update' | 'delete' | 'query' | 'execute' | '$with' | 'with'>;
}
export interface Tx extends Queryable {
  sql: postgres.TransactionSql<CustomTypes>;
}
export interface Database extends Queryable {
  sql: postgres.Sql<CustomTypes>;
  orm: Orm;
  /** Commits what `work` did, or rolls it back and throws what it threw. Never call Stripe in it. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Lets running queries end (5 s at most), then closes every connection. */
  close(): Promise<void>;
}
export interface ConnectOptions {
  /** Connections at most; they are opened when needed. */
  pool?: number;
  /** Off behind a transaction pooler. */
  prepare?: boolean;
  applicationName?: string;
}

/** Connects lazily: an unreachable database shows with the first query, and a later query finds it again. */
export function connect(url: string, options: ConnectOptions = {}): Database {
  const sql = postgres(url, {
    max: options.pool ?? 10,
    prepare: options.prepare ?? true,
    connect_timeout: 10,
    // After an outage the next query must not wait out a long back-off.
    backoff: (retries: number) => Math.min(0.05 * 2 ** retries, 1),
    onnotice: () => {},
    connection: { application_name: options.applicationName ?? 'tollgate' },
    types: { bigint: { to: 20, from: [20], parse: Number, serialize: String } },
  }) as postgres.Sql<CustomTypes>;
  const orm = drizzle(sql, { schema: tables });
  speakDatesAndJson(sql);

  return {
    sql,
    orm,
    transaction: (work) =>
      orm.transaction(async (tx) => {
        const { client } = tx._.session as unknown as { client: postgres.TransactionSql<CustomTypes> };
        return work({ sql: client, orm: tx });
      }),
    close: () => sql.end({ timeout: 5 }),
  };
}

// drizzle() makes postgres.js pass dates and JSON through as text in both directions, for raw queries too.
// Its columns take Dates and parsed JSON as well, so both surfaces can share one connection and speak values.
function speakDatesAndJson(sql: postgres.Sql<CustomTypes>): void {
  const { parsers, serializers } = sql.options as unknown as {
    parsers: Record<string, (text: string) => unknown>;
    serializers: Record<string, (value: unknown) => unknown>;
  };
  for (const timestamp of ['1184', '1114', '1082']) {
    parsers[timestamp] = (text) => new Date(text);
    serializers[timestamp] = (value) => (value instanceof Date ? value.toISOString() : value);
  }
  for (const json of ['114', '3802']) {
    serializers[json] = (value) => (typeof value === 'string' ? value : JSON.stringify(value));
  }
}
