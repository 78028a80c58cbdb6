import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What keys look like. Assembled from parts, so that this file does not trip over itself. */
const shapes = [
  new RegExp(`(sk|rk)_${'live'}_[A-Za-z0-9]{8,}`),
  // Stripe's real test keys are long; the sandbox's own are short words.
  new RegExp(`(sk|rk)_${'test'}_[A-Za-z0-9]{24,}`),
  new RegExp(`${'whsec'}_[A-Za-z0-9+/]{24,}`),
  new RegExp(`-----BEGIN ([A-Z]+ )?${'PRIVATE'} KEY-----`),
];

function secretsIn(text: string): string[] {
  return shapes.flatMap((shape) => shape.exec(text)?.[0] ?? []);
}

const tracked = execFileSync('git', ['ls-files', '-z'], { encoding: 'utf8' }).split('\0').filter(Boolean);

describe('what is committed', () => {
  it('holds nothing that looks like a Stripe key or a private key', () => {
    const found = tracked.flatMap((file) => {
      try {
        return secretsIn(readFileSync(file, 'utf8')).map((secret) => `${file}: ${secret.slice(0, 12)}…`);
      } catch {
        return []; // removed, not yet committed
      }
    });
    expect(found).toEqual([]);
    expect(tracked.length).toBeGreaterThan(50);
  });

  it.each([
    `sk_${'live'}_51Habcdefghij`,
    `rk_${'live'}_51Habcdefghij`,
    `sk_${'test'}_51HabcdefghijKLMNOPQRSTUVWXYZ`,
    `${'whsec'}_0123456789abcdefghijklmnopqrstuv`,
    `-----BEGIN EC ${'PRIVATE'} KEY-----`,
  ])('would be found: %s', (secret) => {
    expect(secretsIn(`const key = '${secret}';`)).toHaveLength(1);
  });

  it('keeps environment files and local data out of version control', () => {
    const ignored = execFileSync('git', ['check-ignore', '.env', '.env.local', '.env.production', '.tollgate/x'], {
      encoding: 'utf8',
    });
    expect(ignored.trim().split('\n')).toEqual(['.env', '.env.local', '.env.production', '.tollgate/x']);
    expect(secretsIn(readFileSync('.env.example', 'utf8'))).toEqual([]);
  });

  it('keeps download addresses out of the lock file', () => {
    const lock = readFileSync('package-lock.json', 'utf8');
    expect(lock.match(/"resolved": "http/g)).toBeNull();
  });
});
