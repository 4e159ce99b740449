import { SeededRandom, VirtualClock } from '#kernel';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpendEvent } from '../spend-event.js';
import { parseSpoolLine } from '../spool/spool-line.js';
import type { Spool } from '../spool/spool.js';
import { FirstOutcomeReceiver } from '../testing/first-outcome-receiver.js';
import { admitOf, confirmOf, scratch, spoolIn } from '../testing/spend-fixtures.js';
import { RejectedLog } from './rejected-log.js';
import { SpendDrainer } from './spend-drainer.js';
import type { ShipAnswer, SpendShipper } from './spend-shipper.js';

let folder: ReturnType<typeof scratch>;
let clock: VirtualClock;
let spool: Spool;
let receiver: FirstOutcomeReceiver;
let events: SpendEvent[];
let onEvent: (event: SpendEvent) => void;

beforeEach(() => {
  folder = scratch();
  clock = new VirtualClock();
  ({ spool } = spoolIn(folder.path, { clock }));
  spool.open();
  receiver = new FirstOutcomeReceiver();
  events = [];
  onEvent = (event) => events.push(event);
});

afterEach(async () => {
  await spool.close();
  folder.remove();
});

const never = new AbortController().signal;

function drainer(shipper: SpendShipper = receiver): SpendDrainer {
  const rejectedLog = new RejectedLog(folder.path);
  return new SpendDrainer({
    spool,
    shipper,
    rejectedLog,
    clock,
    random: new SeededRandom(3),
    onEvent: (event) => onEvent(event),
  });
}

function serve(from: number, to: number): void {
  for (let request = from; request < to; request += 1) {
    spool.append({ command: 'admitSpend', payload: admitOf(`r${request}`) });
    spool.append({ command: 'confirmSpend', payload: confirmOf(`r${request}`) });
  }
}

function idOf(line: string): string {
  return parseSpoolLine(line)?.payload.gateway_request_id ?? '';
}

/** Refuses, as a whole, every batch that holds a record of one of `poison`. */
class PoisonedReceiver extends FirstOutcomeReceiver {
  constructor(private readonly poison: readonly string[]) {
    super();
  }

  override ship(lines: readonly string[]): Promise<ShipAnswer> {
    const poisoned = lines.some((line) => this.poison.includes(idOf(line)));
    return poisoned ? Promise.resolve({ kind: 'refused', code: 'invalid_batch' }) : super.ship(lines);
  }
}

/** Holds the first batch until it is let go. */
class HeldReceiver extends FirstOutcomeReceiver {
  readonly arrived = Promise.withResolvers<void>();
  readonly letGo = Promise.withResolvers<void>();

  override async ship(lines: readonly string[]): Promise<ShipAnswer> {
    this.arrived.resolve();
    await this.letGo.promise;
    return super.ship(lines);
  }
}

describe('draining', () => {
  it('ships the oldest segment first, in batches of at most 500, and deletes what arrived', async () => {
    serve(0, 600);
    await spool.seal();
    serve(600, 700);
    const shipping = drainer();
    expect(await shipping.flush(never)).toBe(0);
    expect(receiver.batchSizes).toEqual([500, 500, 200, 200]);
    expect([...receiver.bySequence.keys()]).toEqual(Array.from({ length: 1_400 }, (_, sequence) => sequence));
    expect(shipping.shippedTotal).toBe(1_400);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('seg-'))).toEqual([]);
  });

  it('goes on after the batches that were acknowledged when a later one fails', async () => {
    serve(0, 300);
    await spool.seal();
    const shipping = drainer();
    const sent: number[] = [];
    let calls = 0;
    const flaky = drainer({
      ship: (lines) => {
        sent.push(lines.length);
        calls += 1;
        return calls === 2 ? Promise.resolve({ kind: 'unavailable', reason: 'http_503' }) : receiver.ship(lines);
      },
    });
    expect(await flaky.drainOnce(never)).toEqual({ kind: 'unavailable', reason: 'http_503' });
    expect(spool.waitingRecords).toBe(100);
    expect(await shipping.drainOnce(never)).toEqual({ kind: 'shipped' });
    expect(sent).toEqual([500, 100]);
    expect(receiver.batchSizes).toEqual([500, 100]);
    expect(await shipping.drainOnce(never)).toEqual({ kind: 'empty' });
  });

  it('sends a segment again after a restart, which does no harm', async () => {
    serve(0, 300);
    await spool.seal();
    receiver.troubles.push({ kind: 'accepted', rejected: [] }, { kind: 'unavailable', reason: 'timeout' });
    await drainer().drainOnce(never);
    await spool.close();
    ({ spool } = spoolIn(folder.path, { clock }));
    spool.open();
    expect(await drainer().flush(never)).toBe(0);
    expect([receiver.admits.size, receiver.outcomes.size]).toEqual([300, 300]);
  });

  it('counts a segment whose file has vanished and goes on with the next', async () => {
    serve(0, 2);
    await spool.seal();
    serve(2, 3);
    await spool.seal();
    rmSync(join(folder.path, 'seg-00000000000000000000.ndjson'));
    expect(await drainer().flush(never)).toBe(0);
    expect([receiver.admits.size, spool.droppedOverflowTotal]).toEqual([1, 4]);
  });

  it('keeps the admits of running requests aside when it ships them', async () => {
    spool.append({ command: 'admitSpend', payload: admitOf('long') });
    expect(await drainer().flush(never)).toBe(0);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('open-'))).toHaveLength(1);
    expect(spool.openRequests).toBe(1);
  });
});

describe('records that are never accepted', () => {
  it('are counted, reported without content, and kept when the control plane rejects them alone', async () => {
    serve(0, 3);
    receiver.troubles.push({ kind: 'accepted', rejected: [{ index: 2, code: 'missing_project_id' }] });
    const shipping = drainer();
    expect(await shipping.flush(never)).toBe(0);
    expect([shipping.rejectedTotal, shipping.shippedTotal]).toEqual([1, 5]);
    const ids = { requestId: 'r1', projectId: 'project_x' };
    expect(events).toEqual([{ kind: 'record_rejected', code: 'missing_project_id', index: 2, ...ids }]);
    const kept: unknown = JSON.parse(readFileSync(join(folder.path, 'rejected.ndjson'), 'utf8'));
    expect(kept).toEqual({ code: 'missing_project_id', record: expect.stringContaining('"gateway_request_id":"r1"') });
    expect(statSync(join(folder.path, 'rejected.ndjson')).mode & 0o777).toBe(0o600);
  });

  it('are found one by one in a batch that is refused as a whole, and hold up nothing else', async () => {
    serve(0, 400);
    const poisoned = new PoisonedReceiver(['r3', 'r250', 'r399']);
    const shipping = drainer(poisoned);
    expect(await shipping.flush(never)).toBe(0);
    expect([shipping.rejectedTotal, shipping.shippedTotal]).toEqual([6, 794]);
    expect(poisoned.outcomes.size).toBe(397);
    const rejected = events.map((event) => (event.kind === 'record_rejected' ? event.requestId : event.kind));
    expect(rejected).toEqual(['r3', 'r3', 'r250', 'r250', 'r399', 'r399']);
  });

  it('fill a bounded file whose newest part is kept', async () => {
    const log = new RejectedLog(folder.path, 100);
    for (const line of ['first', 'second', 'third', 'fourth', 'fifth'])
      await log.add(line.repeat(12), 'invalid_payload');
    expect(readFileSync(join(folder.path, 'rejected.ndjson'), 'utf8')).toContain('fifth');
    expect(readFileSync(join(folder.path, 'rejected.1.ndjson'), 'utf8')).toContain('third');
    for (const name of ['rejected.ndjson', 'rejected.1.ndjson']) {
      expect(statSync(join(folder.path, name)).size).toBeLessThan(250);
    }
  });
});

describe('a control plane that is away', () => {
  it('is tried again after a back-off that grows to a minute, until it takes everything', async () => {
    serve(0, 1);
    await spool.seal();
    receiver.troubles.push(
      ...Array.from({ length: 8 }, (): ShipAnswer => ({ kind: 'unavailable', reason: 'network' })),
    );
    const stop = new AbortController();
    let announced = Promise.withResolvers<number>();
    onEvent = (event) => {
      if (event.kind === 'ship_failed') announced.resolve(event.retryInMs);
    };
    const running = drainer().run(stop.signal, never);
    const waits: number[] = [];
    for (let failure = 1; failure <= 8; failure += 1) {
      const retryInMs = await announced.promise;
      announced = Promise.withResolvers();
      waits.push(retryInMs);
      expect(retryInMs).toBeGreaterThanOrEqual(1_000);
      expect(retryInMs).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2 ** failure));
      expect(receiver.batchSizes).toEqual([]);
      await clock.advance(retryInMs);
    }
    while (spool.oldest() !== undefined) await new Promise((resolve) => setImmediate(resolve));
    expect(receiver.batchSizes).toEqual([2]);
    expect(Math.max(...waits)).toBeGreaterThan(8_000);
    stop.abort();
    await running;
    expect(clock.sleeping).toBe(0);
  });

  it('does not hold up a shutdown past its deadline, and what is left stays on disk', async () => {
    serve(0, 2);
    const deadline = new AbortController();
    onEvent = (event) => {
      if (event.kind === 'ship_failed') deadline.abort();
    };
    receiver.troubles.push({ kind: 'unavailable', reason: 'network' });
    expect(await drainer().flush(deadline.signal)).toBe(4);
    expect(receiver.batchSizes).toEqual([]);
    expect(clock.sleeping).toBe(0);
  });
});

describe('a running drainer', () => {
  it('that is stopped ends after the batch on its way, and that batch counts', async () => {
    serve(0, 600);
    await spool.seal();
    const held = new HeldReceiver();
    const stop = new AbortController();
    const running = drainer(held).run(stop.signal, never);
    await held.arrived.promise;
    stop.abort();
    held.letGo.resolve();
    await running;
    expect(held.batchSizes).toEqual([500]);
    expect(spool.waitingRecords).toBe(700);
  });
});
