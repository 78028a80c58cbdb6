import { readFileSync, writeFileSync } from 'node:fs';

/** Speaks to a running sandbox. Resolves with what to print; rejects with an Error that says what went wrong. */
export async function runRemote(
  name: 'seed' | 'snapshot' | 'restore',
  file: string | undefined,
  url: string,
): Promise<string> {
  if (name === 'snapshot') {
    const text = await ask(url, 'GET', 'snapshot');
    if (file === undefined) return text;
    writeFileSync(file, text);
    return `Snapshot written to ${file}\n`;
  }
  const body = file === undefined ? '' : readFileSync(file, 'utf8');
  if (name === 'restore') {
    await ask(url, 'POST', 'restore', body);
    return `Restored from ${file}\n`;
  }
  const path = file === undefined ? 'seed' : `seed?file=${encodeURIComponent(file)}`;
  await ask(url, 'POST', path, body);
  return `Seeded from ${file ?? 'the default catalogue'}\n`;
}

async function ask(url: string, method: string, path: string, body?: string): Promise<string> {
  let response: Response;
  try {
    response = await fetch(`${url}/_sandbox/${path}`, { method, ...(body === undefined ? {} : { body }) });
  } catch {
    throw new Error(`no sandbox answers on ${url}; start one, or say where it is with --url`);
  }
  const text = await response.text();
  if (response.ok) return text;
  let message = `${url} answered ${response.status}`;
  try {
    message = (JSON.parse(text) as { error: { message: string } }).error.message;
  } catch {}
  throw new Error(message);
}
