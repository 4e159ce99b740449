import { Clock, Random, SeededRandom, VirtualClock } from '#kernel';
import { ControlPlaneClient } from '#gateway-protocol';
import { Global, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RejectedLog } from './drain/rejected-log.js';
import { SpendDrainer } from './drain/spend-drainer.js';
import type { ShipAnswer } from './drain/spend-shipper.js';
import { SpendConfig } from './spend-config.js';
import { SpendJournal } from './spend-journal.js';
import { SpendLifecycle } from './spend-lifecycle.js';
import { SpendModule } from './spend.module.js';
import type { Spool } from './spool/spool.js';
import { FirstOutcomeReceiver } from './testing/first-outcome-receiver.js';
import { admitOf, confirmOf, scratch, spoolIn, turn } from './testing/spend-fixtures.js';

let folder: ReturnType<typeof scratch>;
let clock: VirtualClock;

beforeEach(() => {
  folder = scratch();
  clock = new VirtualClock();
});

afterEach(() => folder.remove());

function configOf(change: Partial<SpendConfig> = {}): SpendConfig {
  const defaults = { enabled: true, dir: folder.path, maxBytes: 1024 * 1024, flushIntervalMs: 1_000, podId: 'gw-a' };
  return { ...defaults, ...change };
}

interface Journalled {
  readonly lifecycle: SpendLifecycle;
  readonly journal: SpendJournal;
  readonly spool: Spool;
}

function build(receiver: FirstOutcomeReceiver, config = configOf()): Journalled {
  const { spool } = spoolIn(config.dir, { clock });
  const parts = { spool, shipper: receiver, rejectedLog: new RejectedLog(config.dir), clock };
  const drainer = new SpendDrainer({ ...parts, random: new SeededRandom(1), onEvent: () => undefined });
  const journal = new SpendJournal({ spool, onEvent: () => undefined, strict: true });
  return { lifecycle: new SpendLifecycle({ config, spool, drainer, clock }), journal, spool };
}

/** Answers nothing until its call is cut. */
class SilentReceiver extends FirstOutcomeReceiver {
  readonly asked = Promise.withResolvers<void>();

  override ship(_lines?: readonly string[], signal?: AbortSignal): Promise<ShipAnswer> {
    this.asked.resolve();
    return new Promise((resolve) =>
      signal?.addEventListener('abort', () => resolve({ kind: 'unavailable', reason: 'aborted' })),
    );
  }
}

const never = new AbortController().signal;

describe('the life of the spend journal', () => {
  it('ships within two seconds of a record, without being asked', async () => {
    const receiver = new FirstOutcomeReceiver();
    const { lifecycle, journal, spool } = build(receiver);
    lifecycle.start();
    await journal.admit(admitOf('r1'));
    journal.confirm(confirmOf('r1'));
    await turn();
    expect(spool.waitingRecords).toBe(2);
    for (let second = 0; second < 2; second += 1) await clock.advance(1_000);
    while (spool.waitingRecords > 0) await turn();
    expect(receiver.outcomeOf('r1')).toBe('confirmSpend');
    await lifecycle.close(never);
    expect(clock.sleeping).toBe(0);
  });

  it('ships at its end what was reported up to its end, and a second close changes nothing', async () => {
    const receiver = new FirstOutcomeReceiver();
    const { lifecycle, journal } = build(receiver);
    lifecycle.start();
    await journal.admit(admitOf('r1'));
    await journal.admit(admitOf('cut'));
    journal.confirm(confirmOf('r1'));
    const report = await lifecycle.close(never);
    expect(report).toEqual({ waitingRecords: 0, openRequests: 1 });
    expect([receiver.outcomeOf('r1'), receiver.admits.size]).toEqual(['confirmSpend', 2]);
    expect(await lifecycle.close(never)).toBe(report);
    expect(clock.sleeping).toBe(0);
  });

  it('ends at its deadline although the control plane says nothing, and leaves the records on disk', async () => {
    const receiver = new SilentReceiver();
    const { lifecycle, journal } = build(receiver);
    lifecycle.start();
    await journal.admit(admitOf('r1'));
    const deadline = new AbortController();
    const closing = lifecycle.close(deadline.signal);
    await receiver.asked.promise;
    deadline.abort();
    expect(await closing).toEqual({ waitingRecords: 1, openRequests: 1 });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('seg-'))).toHaveLength(1);
  });

  it('starts without a usable folder, says so, and takes the folder once it is free', async () => {
    const first = build(new FirstOutcomeReceiver());
    first.lifecycle.start();
    const second = build(new FirstOutcomeReceiver());
    second.lifecycle.start();
    expect(second.lifecycle.health).toEqual({ ok: false, reason: 'the spool folder is in use by another process' });
    await second.journal.admit(admitOf('r1'));
    await first.lifecycle.close(never);
    await clock.advance(5_000);
    expect(second.lifecycle.health).toEqual({ ok: true });
    expect(second.spool.droppedIntakeTotal).toBe(1);
    await second.lifecycle.close(never);
  });

  it('touches nothing when spend is switched off, and is healthy', async () => {
    const dir = join(folder.path, 'unused');
    const { lifecycle } = build(new FirstOutcomeReceiver(), configOf({ enabled: false, dir }));
    lifecycle.start();
    expect(lifecycle.health).toEqual({ ok: true });
    expect(await lifecycle.close(never)).toEqual({ waitingRecords: 0, openRequests: 0 });
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

describe('the spend module', () => {
  it('gives the journal to who asks, opens with the application and leaves the folder free', async () => {
    const dir = join(folder.path, 'spool');
    mkdirSync(dir);
    const identity = { baseUrl: 'http://127.0.0.1:9', secret: 'a-secret', nodeId: 'gw-a', version: '0.0.0', clock };
    const client = new ControlPlaneClient(identity);
    @Global()
    @Module({
      providers: [
        { provide: Clock, useValue: clock },
        { provide: Random, useValue: new SeededRandom(1) },
        { provide: SpendConfig, useValue: configOf({ dir }) },
        { provide: ControlPlaneClient, useValue: client },
      ],
      exports: [Clock, Random, SpendConfig, ControlPlaneClient],
    })
    class World {}
    @Module({ imports: [World, SpendModule] })
    class Application {}

    Logger.overrideLogger(false);
    const application = await NestFactory.createApplicationContext(Application, { logger: false });
    await application.get(SpendJournal).admit(admitOf('r1'));
    expect(application.get(SpendLifecycle).health).toEqual({ ok: true });
    await application.close();
    const { spool } = spoolIn(dir);
    expect(spool.open()).toEqual({ ok: true });
    expect(spool.recoveredTotal).toBe(1);
    await spool.close();
    await client.close();
  });
});
