import { readFileSync } from 'node:fs';

/** Ticks per second in which Linux counts processor time for user space, on every architecture that Node supports. */
const TICKS_PER_SECOND = 100;

/** What a process has used so far. */
export interface ProcessUsage {
  /** Processor time of all its threads, milliseconds in steps of ten. */
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/** Reads what the process `pid` has used, or undefined where the system does not say (off Linux). */
export function readProcessUsage(pid: number): ProcessUsage | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the command in parentheses, which may hold spaces; the fields behind it are numbers.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [userTicks = 0, systemTicks = 0] = fields.slice(11, 13).map(Number);
  const rssKibibytes = /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return {
    cpuMs: ((userTicks + systemTicks) * 1000) / TICKS_PER_SECOND,
    rssBytes: Number(rssKibibytes) * 1024,
  };
}
