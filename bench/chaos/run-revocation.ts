import type { Clock } from '#kernel';
import { z } from 'zod';
import type { CreatedKey } from '../../test/support/management-client.js';
import type { ChaosOptions } from './chaos-options.js';
import { FleetClient } from './fleet-client.js';
import { GATEWAYS, startFleet } from './fleet.js';
import { describeMs, describeRun, describeTable, type Report } from './report.js';
import { Samples } from './samples.js';
import { ChaosTenant } from './tenant.js';
import { WARM_UP_ROUNDS, WarmLoad } from './warm-load.js';

const KEYS = 50;

/** No gateway is in trouble here, so nobody turns to another one. */
const PATIENCE_MS = 30_000;

/** The stated bound: by then every replica refuses a revoked key. */
const BOUND_MS = 2_000;

/** How long a replica is asked at most. */
const GIVE_UP_MS = 15_000;

/** Requests with a key, per gateway, after a revocation was acknowledged. */
const ASKED_AFTERWARDS = 3;

const HEAD = ['until every replica refuses', 'revocations', 'p50 ms', 'p99 ms', 'max ms', 'note'];

const propagationSchema = z.object({
  propagation: z.object({ complete: z.boolean(), acknowledged: z.array(z.string()), pending: z.array(z.string()) }),
});

/** Revokes warm keys one after another under load, and measures how long each is still served anywhere. */
export async function runRevocation(
  options: ChaosOptions,
  clock: Clock,
  print: (line: string) => void,
): Promise<Report> {
  await using fleet = await startFleet(clock);
  const tenant = await ChaosTenant.create(fleet, clock);
  const [loadKeys, plain, waited] = [
    await tenant.createKeys(KEYS),
    await tenant.createKeys(options.revocations),
    await tenant.createKeys(options.revocations),
  ];
  await using client = new FleetClient(
    fleet.gateways.map(({ url }) => url),
    clock,
    PATIENCE_MS,
  );
  for (const keys of [plain, waited]) await new WarmLoad(client, keys, clock).warmUp();
  const load = new WarmLoad(client, loadKeys, clock);
  await load.warmUp(WARM_UP_ROUNDS);
  load.start(options.requestsPerSecond);
  const phase = load.beginPhase();
  const run = new RevocationRun(tenant, client, clock);
  print(`Revoking ${plain.length} keys …`);
  const spread = await run.measureSpread(plain);
  print(`Revoking ${waited.length} keys with ?wait=true …`);
  const acknowledged = await run.measureAcknowledged(waited);
  const revived = await run.countAccepted([...plain, ...waited]);
  await load.stop();

  const spreadMs = spread.summarize();
  const waitMs = acknowledged.samples.summarize();
  const warm = phase.summarize();
  const broken = [
    ...(spreadMs.p99Ms > BOUND_MS ? [`the p99 of revocations is over ${BOUND_MS} ms`] : []),
    ...(spreadMs.failed > 0 ? [`${spreadMs.failed} revocations did not arrive everywhere in ${GIVE_UP_MS} ms`] : []),
    ...(acknowledged.accepted > 0 ? [`${acknowledged.accepted} requests were served after the answer`] : []),
    ...(acknowledged.incomplete > 0 ? [`${acknowledged.incomplete} answers named a replica as pending`] : []),
    ...(revived > 0 ? [`${revived} requests with revoked keys were served in the end`] : []),
    ...(warm.failed > 0 ? [`${warm.failed} requests with other keys failed`] : []),
  ];
  const row = (name: string, one: typeof spreadMs, note: string): string[] => [
    name,
    String(one.requests),
    ...[one.p50Ms, one.p99Ms, one.maxMs].map(describeMs),
    note,
  ];
  const asked = waited.length * GATEWAYS * ASKED_AFTERWARDS;
  const markdown = [
    describeTable(HEAD, [
      row('from the answer of `POST …/revoke`', spreadMs, `${GATEWAYS} replicas, each asked without a pause`),
      row('`POST …/revoke?wait=true` itself', waitMs, `${acknowledged.accepted} of ${asked} later requests accepted`),
    ]),
    '',
    describeRun('npm run chaos -- --revocation --write'),
    `Beside it ran ${options.requestsPerSecond} requests per second with other keys, of which ${warm.failed} failed.`,
  ].join('\n');
  return { markdown, broken };
}

/** One run's revocations, one after another. */
class RevocationRun {
  constructor(
    private readonly tenant: ChaosTenant,
    private readonly client: FleetClient,
    private readonly clock: Clock,
  ) {}

  /** Per key, the time from the answer to the revocation until the last gateway refused it for the first time. */
  async measureSpread(keys: readonly CreatedKey[]): Promise<Samples> {
    const samples = new Samples();
    for (const key of keys) {
      await this.tenant.revoke(key, { waits: false });
      const startedAtMs = this.clock.monotonicMs();
      const refused = await Promise.all(everyGateway((home) => this.waitUntilRefused(key, home, startedAtMs)));
      const latencyMs = this.clock.monotonicMs() - startedAtMs;
      samples.add({ latencyMs, failed: refused.includes(false), retried: false });
    }
    return samples;
  }

  /** Per key, the time of the call that waits; and what is still served after it answered, which must be nothing. */
  async measureAcknowledged(keys: readonly CreatedKey[]) {
    const samples = new Samples();
    let [accepted, incomplete] = [0, 0];
    for (const key of keys) {
      const startedAtMs = this.clock.monotonicMs();
      const answer = propagationSchema.parse(await this.tenant.revoke(key, { waits: true }));
      samples.add({ latencyMs: this.clock.monotonicMs() - startedAtMs, failed: false, retried: false });
      if (!answer.propagation.complete) incomplete += 1;
      for (let turn = 0; turn < ASKED_AFTERWARDS; turn += 1) accepted += await this.countAccepted([key]);
    }
    return { samples, accepted, incomplete };
  }

  /** Asks with each key at each gateway, and counts what is served. */
  async countAccepted(keys: readonly CreatedKey[]): Promise<number> {
    let accepted = 0;
    for (const key of keys) {
      const answers = await Promise.all(everyGateway((home) => this.client.askOnly(key.secret, home)));
      accepted += answers.filter(({ status }) => status === 200).length;
    }
    return accepted;
  }

  private async waitUntilRefused(key: CreatedKey, home: number, startedAtMs: number): Promise<boolean> {
    while (this.clock.monotonicMs() - startedAtMs < GIVE_UP_MS) {
      const { status, text } = await this.client.askOnly(key.secret, home);
      if (status === 403 && text.includes('virtual_key_revoked')) return true;
    }
    return false;
  }
}

function everyGateway<Answer>(ask: (home: number) => Promise<Answer>): readonly Promise<Answer>[] {
  return Array.from({ length: GATEWAYS }, (_, home) => ask(home));
}
