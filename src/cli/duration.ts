import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../config/duration.js';

const units = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** Seconds of `90s`, `30m`, `1h`, `7d` or an ISO 8601 duration, as commander's argument parser. */
export function seconds(text: string): number {
  const short = /^(\d+)([smhd])$/.exec(text);
  const value = short ? Number(short[1]) * units[short[2] as keyof typeof units] : parseDuration(text);
  if (!value) throw new InvalidArgumentError('Write it like 90s, 30m, 1h, 7d or PT1H.');
  return value;
}
