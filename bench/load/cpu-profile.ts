import { z } from 'zod';

const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.int(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.int() }),
    }),
  ),
  samples: z.array(z.int()),
  /** Microseconds since the sample before; the first since `startTime`. */
  timeDeltas: z.array(z.int()),
  /** Microseconds of the monotonic clock. */
  startTime: z.number(),
});

/** A moment range of the monotonic clock, microseconds. */
export interface TimeWindow {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** A function and the time that was spent in it, callees excluded. */
export interface SelfTime {
  readonly name: string;
  /** File and line, or the engine's own name for what it does; empty for native code. */
  readonly place: string;
  /** Part of the time in the window in which the process did something, 0 to 1. */
  readonly share: number;
  readonly micros: number;
}

/** What V8 calls the time in which there was nothing to do. */
const IDLE = '(idle)';

/**
 * Sums a `.cpuprofile` up by function, most time first, idle time left out. Same-named functions of different lines stay
 * apart.
 *
 * @param window Samples outside of it are left out. When it holds none (clocks that do not compare), all count.
 */
export function selfTimes(profileJson: string, window: TimeWindow): readonly SelfTime[] {
  const profile = profileSchema.parse(JSON.parse(profileJson));
  const inWindow = timeByNode(profile, window);
  const times = inWindow.size > 0 ? inWindow : timeByNode(profile, { fromMicros: 0, toMicros: Infinity });
  const byFunction = new Map<string, { name: string; place: string; micros: number }>();
  let totalMicros = 0;
  for (const { id, callFrame } of profile.nodes) {
    const micros = times.get(id);
    if (micros === undefined || callFrame.functionName === IDLE) continue;
    const name = callFrame.functionName || '(anonymous)';
    const place = describePlace(callFrame.url, callFrame.lineNumber);
    const key = `${name} ${place}`;
    const known = byFunction.get(key) ?? { name, place, micros: 0 };
    known.micros += micros;
    byFunction.set(key, known);
    totalMicros += micros;
  }
  return inOrder(byFunction.values(), totalMicros);
}

/** Sums times up by package or folder, most time first. */
export function byOrigin(times: readonly SelfTime[]): readonly SelfTime[] {
  const byName = new Map<string, { name: string; place: string; micros: number }>();
  let totalMicros = 0;
  for (const { name, place, micros } of times) {
    const origin = originOf(name, place);
    const known = byName.get(origin) ?? { name: origin, place: '', micros: 0 };
    known.micros += micros;
    byName.set(origin, known);
    totalMicros += micros;
  }
  return inOrder(byName.values(), totalMicros);
}

function inOrder(
  entries: Iterable<{ readonly name: string; readonly place: string; readonly micros: number }>,
  totalMicros: number,
): SelfTime[] {
  const times = Array.from(entries, (entry) => ({ ...entry, share: entry.micros / totalMicros }));
  return times.sort((left, right) => right.micros - left.micros);
}

function timeByNode(
  { samples, timeDeltas, startTime }: z.output<typeof profileSchema>,
  { fromMicros, toMicros }: TimeWindow,
): Map<number, number> {
  const micros = new Map<number, number>();
  let at = startTime;
  for (const [index, node] of samples.entries()) {
    at += timeDeltas[index] ?? 0;
    if (at < fromMicros || at > toMicros) continue;
    // A sample stands for the time until the next one.
    micros.set(node, (micros.get(node) ?? 0) + Math.max(0, timeDeltas[index + 1] ?? 0));
  }
  return micros;
}

/** The path from the last `node_modules` or from `dist` on; shorter paths are easier to compare. */
function describePlace(url: string, lineNumber: number): string {
  if (url === '') return '';
  const packages = url.lastIndexOf('node_modules/');
  const dist = url.lastIndexOf('/dist/');
  const from = packages >= 0 ? packages + 'node_modules/'.length : dist >= 0 ? dist + '/dist/'.length : 0;
  return `${url.slice(from)}:${lineNumber + 1}`;
}

function originOf(name: string, place: string): string {
  if (place === '') return name.startsWith('(') ? name : 'native code';
  if (place.startsWith('node:')) return place.split('/')[0] === 'node:internal' ? 'node:internal' : 'node:lib';
  const [first = '', second = ''] = place.split('/');
  return first.startsWith('@') || first === 'apps' || first === 'libs' ? `${first}/${second}` : first;
}
