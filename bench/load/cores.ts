import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which cores the processes of a run are bound to; undefined where binding is not possible. */
export interface Cores {
  readonly proxy: number;
  readonly rest: number;
}

/** The first two cores that this process may use, or undefined without `taskset`, off Linux, or with a single core. */
export function findCores(): Cores | undefined {
  if (process.platform !== 'linux' || spawnSync('taskset', ['--version']).status !== 0) return undefined;
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '';
  const [proxy, rest] = parseCoreList(allowed);
  return proxy === undefined || rest === undefined ? undefined : { proxy, rest };
}

/** Reads the kernel's spelling of a set of cores, such as `0-3,8`. */
export function parseCoreList(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(range);
    if (match === null) return [];
    const first = Number(match[1]);
    const last = Number(match[2] ?? first);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}
