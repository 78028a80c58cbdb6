import { readFileSync } from 'node:fs';
import autocannon, { type Request } from 'autocannon';

export interface Load {
  url: string;
  /** The process that answers. */
  pid: number;
  /** Sent in turn. */
  requests: Request[];
  connections: number;
  seconds: number;
}
export interface Round {
  /** Answers a second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Processor time of the server for one answer, microseconds. */
  cpu: number;
}

/** One round of load; fails when anything but 200 comes back. */
export async function measure({ url, pid, requests, connections, seconds }: Load): Promise<Round> {
  const before = processorTime(pid);
  const result = await autocannon({ url, connections, duration: seconds, requests });
  const used = processorTime(pid) - before;
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx + result.errors} requests failed.`);
  const answered = result.requests.total;
  return {
    rate: answered / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    cpu: (used * 1e6) / answered,
  };
}

/** Seconds that a process has used; 100 ticks a second on every Linux that we know of. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}
