/** Origins that are allowed, e.g. for CORS or as the place a return URL leads to. */
export interface OriginRule {
  /** Loopback addresses, whatever the port. */
  loopback: boolean;
  /** Exact origins, as `new URL(…).origin` writes them. */
  list: readonly string[];
}

export function isAllowedOrigin(rule: OriginRule, origin: string): boolean {
  if (rule.list.includes(origin)) return true;
  if (!rule.loopback) return false;
  const url = parse(origin);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === origin && isLoopbackHost(url.hostname);
}

/** Whether a name or address can only mean this machine. Takes the forms of `URL.hostname` and of a bare address. */
export function isLoopbackHost(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
