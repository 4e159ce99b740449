import type { Clock } from '#kernel';
import { Client, headerOf, type ClientAnswer } from './ask.js';
import { isSilence, type Case } from './cases.js';
import { speechOf } from './client-dialects.js';
import { FakeControl } from './fake-control.js';
import { judge, type Sight } from './judge.js';
import { describeBill, readLedger } from './ledger.js';
import { modelOf } from './pairings.js';
import type { Rig } from './rig.js';
import { isAddressFault, RATE_LIMIT_MS, type Tenant } from './tenant.js';

/** Requests at a time. */
const CONCURRENCY = 12;

/** Most times that a provider is asked in one walk. */
const REPEATS_MAX = 3;

/** The limit by which a silent provider is noticed; long enough for a healthy one on a busy machine. */
const SILENCE_MS = 1_200;

/** What one request came to. */
export interface CaseResult {
  readonly case: Case;
  readonly sight: Sight;
  /** How often each provider was asked, and why not only once. */
  readonly attempts: string;
  readonly billed: string;
}

/** Lets faults happen, one request each, and notes what came of it. */
export class CaseRunner implements Disposable {
  private readonly client: Client;
  private readonly fake: FakeControl;
  private number = 0;

  constructor(
    private readonly rig: Rig,
    private readonly tenants: ReadonlyMap<string, Tenant>,
    private readonly clock: Clock,
  ) {
    this.client = new Client(clock);
    this.fake = new FakeControl(rig.upstreamUrl);
  }

  /** Runs cases, several at a time, in about their order. */
  async run(cases: readonly Case[]): Promise<readonly CaseResult[]> {
    const numbered = cases.map((one) => ({ one, model: modelOf(one.pairing, (this.number += 1)) }));
    await this.fake.reset();
    // A provider that said 429 in the run before is asked last until its limit has passed.
    await this.clock.sleep(RATE_LIMIT_MS);
    await this.fake.script(numbered.flatMap(({ one, model }) => this.scriptOf(one, model)));
    const answers = new Map<Case, ClientAnswer>();
    const queue = numbered.values();
    const worker = async (): Promise<void> => {
      for (const { one, model } of queue) answers.set(one, await this.ask(one, model));
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    const asked = await this.fake.countRequests();
    const ids = [...answers.values()].map(requestIdOf).filter((id) => id !== '');
    const ledger = await readLedger(this.rig, ids, this.clock);
    return numbered.map(({ one, model }): CaseResult => {
      const tenant = this.tenantOf(one);
      const answer = answers.get(one);
      if (answer === undefined) throw new Error('every case has its answer');
      const id = requestIdOf(answer);
      return {
        case: one,
        sight: judge(answer, speechOf(one.pairing.client).reader),
        attempts: describeAttempts(answer, asked(tenant.firstPath, model), asked(tenant.secondPath, model)),
        billed: describeBill(ledger.get(id) ?? [], id, tenant) ?? '**NOT SETTLED ONCE**',
      };
    });
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
  }

  private tenantOf({ pairing }: Case): Tenant {
    const tenant = this.tenants.get(pairing.id);
    if (tenant === undefined) throw new Error(`the pairing ${pairing.name} has no tenant`);
    return tenant;
  }

  private scriptOf(one: Case, model: string): object[] {
    if (isAddressFault(one.fault)) return [];
    const when = { path: this.tenantOf(one).firstPath, model };
    return Array.from({ length: REPEATS_MAX }, () => ({ when, behaviour: `fault-${one.fault}` }));
  }

  private ask(one: Case, model: string): Promise<ClientAnswer> {
    const { pairing, fault, streams, walk, rescue } = one;
    const offersTool = fault === 'tool-arguments-mid-escape';
    const text = offersTool ? 'What is the weather in Paris?' : 'Say something about a fox.';
    const speech = speechOf(pairing.client);
    const question = { model, streams, text, offersTool };
    return this.client.ask({
      url: this.rig.gatewayUrl + speech.path(question),
      headers: {
        authorization: `Bearer ${this.tenantOf(one).key(walk, fault, streams)}`,
        ...(isSilence(one) ? SILENCE_LIMITS : {}),
        ...(rescue === 'buffered' ? { 'x-langwatch-delivery': rescue } : {}),
        ...(rescue === 'continue' || rescue === 'restart' ? { 'x-langwatch-resume': rescue } : {}),
      },
      body: JSON.stringify(speech.body(question)),
    });
  }
}

const SILENCE_LIMITS: Readonly<Record<string, string>> = Object.fromEntries(
  ['headers', 'first-token', 'between-tokens'].map((phase) => [`x-langwatch-${phase}-timeout-ms`, String(SILENCE_MS)]),
);

function requestIdOf(answer: ClientAnswer): string {
  return headerOf(answer, 'x-langwatch-gateway-request-id') ?? '';
}

/** The providers that were asked, and for each failed attempt before the answer its outcome. */
function describeAttempts(answer: ClientAnswer, first: number, second: number): string {
  const steps = headerOf(answer, 'x-langwatch-attempts')?.split(', ') ?? [];
  const failures = steps.slice(0, -1).map((step) => step.split(';')[1] ?? '');
  const unseen = failures.length > first + second - (steps.length > 0 ? 1 : 0) ? failures.length : first;
  const reasons = failures.length === 0 ? '' : ` (${[...new Set(failures)].join(', ')})`;
  const parts = [
    unseen === 0 ? '' : `first${unseen > 1 ? ` ×${unseen}` : ''}${reasons}`,
    second === 0 ? '' : `second${second > 1 ? ` ×${second}` : ''}`,
  ];
  return parts.filter((part) => part !== '').join(', ') || 'none reached';
}
