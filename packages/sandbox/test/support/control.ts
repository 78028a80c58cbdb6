/** Speaks to `/_sandbox/…` as a test in another process would. */
export function controlOf(url: string) {
  const call = async (method: string, path: string, body?: object) => {
    const init = body ? { method, body: JSON.stringify(body) } : { method };
    const response = await fetch(`${url}/_sandbox/${path}`, init);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body?: object) => call('POST', path, body),
    delete: (path: string) => call('DELETE', path),
    idle: async () => (await call('GET', 'deliveries/idle')).body.idle as boolean,
  };
}
