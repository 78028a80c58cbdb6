const names = new Set(['token', 'access_token', 'id_token', 'authorization', 'auth', 'bearer', 'jwt']);
const jwt = /\beyJ[\w-]{5,}\.[\w-]+\./;

/** Whether an address carries a token: it would be kept in logs, histories and referrers. */
export function hasToken(url: URL): boolean {
  for (const [name, value] of url.searchParams) {
    if (names.has(name.toLowerCase()) || jwt.test(value)) return true;
  }
  return jwt.test(url.pathname);
}
