import type { Clock } from '#kernel';
import { percentileOf } from '../chaos/samples.js';
import { Client, headerOf } from './ask.js';
import { speechOf } from './client-dialects.js';
import { FakeControl } from './fake-control.js';
import { modelOf, type Pairing } from './pairings.js';
import type { Rig } from './rig.js';
import type { Tenant } from './tenant.js';
import type { FaultName } from '../../libs/providers/src/testing/index.js';

/** Requests with a fault, and as many without one, turn about. */
const ROUNDS = 150;
/** Rounds before anything is counted. */
const WARM_UP_ROUNDS = 50;

/** Numbers of models that no other request of a run has. */
const FIRST_NUMBER = 1_000_000;

/** Faults that take no time of their own, or as good as none. */
const QUICK_FAULTS: readonly (readonly [fault: FaultName, streams: boolean])[] = [
  ['connection-refused', false],
  ['reset-before-headers', false],
  ['status-500', false],
  ['status-500', true],
  ['truncated-json', false],
  ['error-event-first', true],
];

/** How long a fault delays an answer. */
export interface FallOverTime {
  readonly fault: FaultName;
  readonly streams: boolean;
  readonly pairing: Pairing;
  /** Medians over all rounds, milliseconds. */
  readonly healthyMs: number;
  readonly faultyMs: number;
  /** Of what the answer took, less what a healthy one takes and less the failed attempt. */
  readonly addedMs: number;
}

/** Measures what a fall-over adds to the failed attempt, one request at a time, each provider asked once. */
export async function measureFallOver(
  rig: Rig,
  tenants: ReadonlyMap<string, Tenant>,
  pairings: readonly Pairing[],
  clock: Clock,
): Promise<readonly FallOverTime[]> {
  using client = new Client(clock);
  const fake = new FakeControl(rig.upstreamUrl);
  const times: FallOverTime[] = [];
  let number = FIRST_NUMBER;
  for (const pairing of pairings) {
    const tenant = tenants.get(pairing.id);
    if (tenant === undefined) continue;
    for (const [fault, streams] of QUICK_FAULTS) {
      const models = Array.from({ length: WARM_UP_ROUNDS + ROUNDS }, () => modelOf(pairing, (number += 1)));
      await fake.reset();
      await fake.script(
        models.map((model) => ({ when: { path: tenant.firstPath, model }, behaviour: behaviourOf(fault) })),
      );
      const ask = (model: string, key: string): ReturnType<Client['ask']> => {
        const speech = speechOf(pairing.client);
        const question = { model, streams, text: 'Say something about a fox.', offersTool: false };
        return client.ask({
          url: rig.gatewayUrl + speech.path(question),
          headers: { authorization: `Bearer ${key}` },
          body: JSON.stringify(speech.body(question)),
        });
      };
      const rounds: Round[] = [];
      for (const model of models) {
        const faulty = await ask(model, tenant.key('each-once', fault, streams));
        // The script of this model is used up, so the first provider is healthy now.
        const healthy = await ask(model, tenant.key('each-once', 'status-500', streams));
        const failedMs = Number(/;(\d+), /.exec(headerOf(faulty, 'x-langwatch-attempts') ?? '')?.[1]);
        rounds.push({ faultyMs: faulty.durationMs, healthyMs: healthy.durationMs, failedMs });
      }
      times.push({ fault, streams, pairing, ...summarize(rounds.slice(WARM_UP_ROUNDS)) });
    }
  }
  return times;
}

interface Round {
  readonly healthyMs: number;
  readonly faultyMs: number;
  /** Of the failed attempt, as the gateway reports it: in whole milliseconds. */
  readonly failedMs: number;
}

function summarize(rounds: readonly Round[]): Pick<FallOverTime, 'healthyMs' | 'faultyMs' | 'addedMs'> {
  return {
    healthyMs: medianOf(rounds.map(({ healthyMs }) => healthyMs)),
    faultyMs: medianOf(rounds.map(({ faultyMs }) => faultyMs)),
    addedMs: medianOf(rounds.map(({ faultyMs, failedMs, healthyMs }) => faultyMs - failedMs - healthyMs)),
  };
}

function medianOf(values: readonly number[]): number {
  return percentileOf(Float64Array.from(values).sort(), 50);
}

function behaviourOf(fault: FaultName): string {
  return fault === 'connection-refused' ? 'scripted' : `fault-${fault}`;
}

/** The times as a table. */
export function writeFallOverTimes(times: readonly FallOverTime[]): string {
  const head = ['fault', 'answer', 'client → provider', 'healthy, ms', 'with the fault, ms', 'added, ms'];
  const rows = times.map(({ fault, streams, pairing, healthyMs, faultyMs, addedMs }) => [
    `\`${fault}\``,
    streams ? 'stream' : 'plain',
    pairing.name,
    ...[healthyMs, faultyMs, addedMs].map((ms) => ms.toFixed(1)),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
