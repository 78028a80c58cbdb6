/** PostgreSQL's code of an error (https://www.postgresql.org/docs/18/errcodes-appendix.html), also where drizzle wrapped it. */
export function sqlState(error: unknown): string | undefined {
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  const state = cause?.code ?? code;
  return typeof state === 'string' && /^[0-9A-Z]{5}$/.test(state) ? state : undefined;
}

/** The statement's own data are to blame: the same statement with other data may succeed. */
export const isDataError = (error: unknown) => /^(22|23|54)/.test(sqlState(error) ?? '');

/** Two transactions waited for each other and this one was ended: done again, it may succeed. */
export const isConflict = (error: unknown) => /^(40P01|40001)$/.test(sqlState(error) ?? '');

/** The database could not be used at all (gone, full, read-only, ending): no fault of the statement. */
export function isUnavailable(error: unknown): boolean {
  if (/^(08|25|53|57|58)/.test(sqlState(error) ?? '')) return true;
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: { code?: unknown } };
  // Of Node's sockets and of postgres.js.
  return /^(E[A-Z]{4,}|CONNECT_TIMEOUT|CONNECTION_[A-Z_]+)$/.test(String(cause?.code ?? code));
}
