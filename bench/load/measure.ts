import type { Clock } from '#kernel';
import { request } from 'undici';
import { z } from 'zod';
import type { LoadOptions } from './load-options.js';
import { loadResultSchema, type LoadRequest, type LoadResult } from './load-protocol.js';
import { readProcessUsage } from './process-usage.js';
import type { Proxy, Rig } from './rig.js';
import type { Scenario } from './scenarios.js';

/** What one proxy did in one round. */
export interface Measurement extends LoadResult {
  /** Share of its core that the proxy kept busy while the load ran; undefined off Linux. Near 1 when it is the limit. */
  readonly busyShare: number | undefined;
  /** Processor time per request, the work that it put off until after the load included; undefined off Linux. */
  readonly cpuMicrosPerRequest: number | undefined;
  readonly rssBytes: number | undefined;
}

const PATH = '/v1/chat/completions';
const DRAIN_MS_MAX = 15_000;
const DRAIN_POLL_MS = 100;

const countsSchema = z.object({ admits: z.int(), outcomes: z.int() });

/** Puts load on one proxy and measures it. */
export async function measure(
  rig: Rig,
  proxy: Proxy,
  scenario: Scenario,
  options: LoadOptions,
  clock: Clock,
): Promise<Measurement> {
  const before = readProcessUsage(proxy.process.pid);
  const result = await putLoad(rig, proxy, scenario, options.connections, options.durationSeconds);
  const after = readProcessUsage(proxy.process.pid);
  // Records that wait in the spool are work of this round: neither a gift to the gateway nor a burden on the next round.
  if (proxy.name === 'gateway') await drainSpend(rig, clock);
  const drained = readProcessUsage(proxy.process.pid);
  if (before === undefined || after === undefined || drained === undefined) {
    return { ...result, busyShare: undefined, cpuMicrosPerRequest: undefined, rssBytes: undefined };
  }
  return {
    ...result,
    busyShare: (after.cpuMs - before.cpuMs) / ((result.requests / result.requestsPerSecond) * 1000),
    cpuMicrosPerRequest: ((drained.cpuMs - before.cpuMs) * 1000) / result.requests,
    rssBytes: after.rssBytes,
  };
}

/** Puts load on one proxy without more ado. */
export function putLoad(
  rig: Rig,
  proxy: Proxy,
  scenario: Scenario,
  connections: number,
  durationSeconds: number,
): Promise<LoadResult> {
  const question: LoadRequest = {
    url: proxy.url + PATH,
    body: scenario.body,
    authorization: rig.authorization,
    connections,
    durationSeconds,
  };
  return rig.load.ask(question, loadResultSchema);
}

/** One request through a proxy, which must be answered as the provider answers. Resolves with the answer's body. */
export async function askOnce(rig: Rig, proxy: Proxy, scenario: Scenario): Promise<string> {
  const { statusCode, body } = await request(proxy.url + PATH, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: rig.authorization },
    body: scenario.body,
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`The ${proxy.name} proxy answers ${statusCode}: ${text.slice(0, 300)}`);
  return text;
}

/** What the control plane has been told of spend so far. */
export function readSpend(rig: Rig): Promise<z.output<typeof countsSchema>> {
  return rig.controlPlane.ask({ counts: true }, countsSchema);
}

/** Waits until every admitted request has its outcome at the control plane and nothing more comes, within bounds. */
export async function drainSpend(rig: Rig, clock: Clock): Promise<void> {
  const endsAtMs = clock.monotonicMs() + DRAIN_MS_MAX;
  // Longer than the gateway's flush interval: silence for that long means that nothing is left.
  const quietTurns = 1500 / DRAIN_POLL_MS;
  let quiet = 0;
  let last = await readSpend(rig);
  while (quiet < quietTurns && clock.monotonicMs() < endsAtMs) {
    await clock.sleep(DRAIN_POLL_MS);
    const counts = await readSpend(rig);
    const moved = counts.outcomes !== last.outcomes || counts.admits !== last.admits;
    quiet = moved || counts.admits !== counts.outcomes ? 0 : quiet + 1;
    last = counts;
  }
}
