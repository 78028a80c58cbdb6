import { readFileSync } from 'node:fs';
import { parseDuration } from './duration.js';

/**
 * Reads settings and collects what is wrong with them instead of stopping at the first. An empty value counts as unset.
 * Problems never quote a secret.
 */
export class Environment {
  readonly problems: string[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    this.#env = env;
  }

  problem(text: string): void {
    this.problems.push(text);
  }

  text(name: string): string | null {
    return this.#env[name]?.trim() || null;
  }

  /** The setting itself, or what the file named by `NAME_FILE` holds. */
  secret(name: string): string | null {
    const value = this.text(name);
    const file = this.text(`${name}_FILE`);
    if (!file) return value;
    if (value) this.problem(`${name} and ${name}_FILE are both set; keep one.`);
    try {
      const content = readFileSync(file, 'utf8').trim();
      if (!content) this.problem(`${name}_FILE: ${file} is empty.`);
      return content || null;
    } catch (error) {
      this.problem(`${name}_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
      return null;
    }
  }

  list(value: string | null): string[] {
    return (value ?? '')
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean);
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.text(name);
    if (value === null) return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    this.problem(`${name} must be a whole number from ${min} to ${max}, not "${value}".`);
    return fallback;
  }

  choice<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.text(name);
    if (value === null) return fallback;
    const found = allowed.find((one) => one === value);
    if (found === undefined) this.problem(`${name} must be one of ${allowed.join(', ')}, not "${value}".`);
    return found ?? fallback;
  }

  flag(name: string, fallback: boolean): boolean {
    return this.choice(name, ['0', '1'], fallback ? '1' : '0') === '1';
  }

  /** Seconds. */
  duration(name: string, fallback: string, least: string): number {
    const value = this.text(name) ?? fallback;
    const seconds = parseDuration(value);
    const minimum = parseDuration(least) ?? 0;
    if (seconds !== null && seconds >= minimum) return seconds;
    this.problem(
      seconds === null
        ? `${name} must be an ISO 8601 duration in weeks, days, hours, minutes or seconds, such as ${fallback}, not "${value}".`
        : `${name} must be at least ${least}, not "${value}".`,
    );
    return parseDuration(fallback) ?? 0;
  }

  /** Reports, but does not quote, a value that is no URL of these protocols. */
  url(name: string, value: string | null, protocols: readonly string[]): string | null {
    if (value === null) return null;
    try {
      if (protocols.includes(new URL(value).protocol)) return value;
    } catch {
      // Reported below.
    }
    this.problem(`${name} must be a URL that begins with ${protocols.map((one) => `${one}//`).join(' or ')}.`);
    return null;
  }

  /** Exact origins, such as `https://app.example.com`. */
  origins(name: string): string[] | null {
    const value = this.text(name);
    if (value === null) return null;
    return this.list(value).flatMap((one) => {
      try {
        const { origin, protocol } = new URL(one);
        if (/^https?:$/.test(protocol) && (one === origin || one === `${origin}/`)) return [origin];
      } catch {
        // Reported below.
      }
      this.problem(`${name}: "${one}" is no origin; write it like https://app.example.com, several with commas.`);
      return [];
    });
  }
}
