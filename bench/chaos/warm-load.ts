import type { Clock } from '#kernel';
import type { CreatedKey } from '../../test/support/management-client.js';
import type { FleetClient } from './fleet-client.js';
import { GATEWAYS } from './fleet.js';
import { runOpenLoop } from './open-loop.js';
import { Samples, type SampleSummary } from './samples.js';

/** Problems that are shown per phase; the rest are counted. */
const PROBLEMS_SHOWN_MAX = 3;
const PROBLEM_CHARACTERS_MAX = 200;

/** Requests per key and gateway before anything is measured. */
export const WARM_UP_ROUNDS = 12;

/** Requests at a time while warming up. */
const WARM_UP_CALLS_MAX = 6;

/** The requests of one phase, and what went wrong with them. */
interface Phase {
  readonly samples: Samples;
  readonly problems: string[];
}

/** A steady load of requests with warm keys, spread evenly over keys and gateways, that is measured phase by phase. */
export class WarmLoad {
  /** The gateway's ids of all requests that were answered well. */
  readonly served = new Set<string>();
  private phase: Phase = { samples: new Samples(), problems: [] };
  private readonly ending = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: FleetClient,
    private readonly keys: readonly CreatedKey[],
    private readonly clock: Clock,
  ) {}

  /**
   * Makes requests with every key at every gateway, so that all of them hold all of it. A few at a time: a fresh process
   * that is hit by the full rate falls behind before its engine has optimized anything.
   *
   * @param rounds How often; the first one loads the keys, further ones make the processes fast. Default 1.
   */
  async warmUp(rounds = 1): Promise<void> {
    const calls = Array.from({ length: rounds }, () => everyGateway()).flatMap((homes) =>
      homes.flatMap((home) => this.keys.map((key) => ({ key, home }))),
    );
    // One iterator for all: each takes the next call as soon as it is done with one.
    const queue = calls.values();
    const worker = async (): Promise<void> => {
      for (const { key, home } of queue) await this.warmKey(key, home);
    };
    await Promise.all(Array.from({ length: WARM_UP_CALLS_MAX }, worker));
  }

  /** Begins to send. */
  start(ratePerSecond: number): void {
    const { clock } = this;
    const send = (index: number, dueAtMs: number): Promise<void> => this.send(index, dueAtMs);
    this.running = runOpenLoop({ clock, ratePerSecond, signal: this.ending.signal, send });
  }

  /** Begins a phase: requests that are due from now on belong to it, however long they take. */
  beginPhase(): { summarize(): SampleSummary; readonly problems: readonly string[] } {
    const phase: Phase = { samples: new Samples(), problems: [] };
    this.phase = phase;
    return { summarize: () => phase.samples.summarize(), problems: phase.problems };
  }

  /** Ends the load and waits for what is under way. Rejects when the load could not keep its rate. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private async warmKey(key: CreatedKey, home: number): Promise<void> {
    const answer = await this.client.askOnly(key.secret, home);
    if (answer.status !== 200) throw new Error(`gateway ${home + 1} answers ${answer.status}: ${answer.text}`);
    if (answer.requestId !== undefined) this.served.add(answer.requestId);
  }

  private async send(index: number, dueAtMs: number): Promise<void> {
    const { phase, keys, clock } = this;
    // A key visits every gateway in turn, as it does behind a load balancer.
    const home = (index + Math.floor(index / keys.length)) % GATEWAYS;
    const answer = await this.client.ask(keys[index % keys.length]?.secret ?? '', home);
    const failed = answer.status !== 200;
    phase.samples.add({ latencyMs: clock.monotonicMs() - dueAtMs, failed, retried: answer.attempts > 1 });
    if (!failed && answer.requestId !== undefined) this.served.add(answer.requestId);
    if (failed && phase.problems.length < PROBLEMS_SHOWN_MAX) {
      phase.problems.push(`${answer.status} ${answer.text.slice(0, PROBLEM_CHARACTERS_MAX)}`);
    }
  }
}

function everyGateway(): readonly number[] {
  return Array.from({ length: GATEWAYS }, (_, home) => home);
}
