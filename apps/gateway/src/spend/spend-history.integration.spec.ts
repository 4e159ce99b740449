import { SeededRandom, VirtualClock } from '#kernel';
import fc from 'fast-check';
import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RejectedLog } from './drain/rejected-log.js';
import { SpendDrainer } from './drain/spend-drainer.js';
import type { ShipAnswer } from './drain/spend-shipper.js';
import { SpendJournal } from './spend-journal.js';
import { FirstOutcomeReceiver } from './testing/first-outcome-receiver.js';
import { admitOf, confirmOf, failOf, scratch, spoolIn, turn } from './testing/spend-fixtures.js';

type Step =
  | { readonly act: 'admit' | 'turn' | 'tick' | 'quiet' | 'kill' | 'stop' }
  | { readonly act: 'outcome'; readonly which: number; readonly failed: boolean }
  | { readonly act: 'ship'; readonly fate: 'taken' | 'unavailable' | 'lost-answer' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Step>({ act: 'admit' }) },
  {
    weight: 7,
    arbitrary: fc.record({ act: fc.constant('outcome' as const), which: fc.nat(), failed: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.constantFrom<Step>({ act: 'turn' }, { act: 'tick' }, { act: 'quiet' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      act: fc.constant('ship' as const),
      fate: fc.constantFrom('taken' as const, 'taken' as const, 'unavailable' as const, 'lost-answer' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ act: 'kill' }, { act: 'kill' }, { act: 'stop' }) },
);

/** Takes batches, but may lose its answer on the way back: the records are booked and sent again. */
class ForgetfulReceiver extends FirstOutcomeReceiver {
  fate: 'taken' | 'unavailable' | 'lost-answer' = 'taken';

  override ship(lines: readonly string[]): Promise<ShipAnswer> {
    if (this.fate !== 'unavailable') this.take(lines);
    if (this.fate === 'taken') return Promise.resolve({ kind: 'accepted', rejected: [] });
    return Promise.resolve({ kind: 'unavailable', reason: this.fate });
  }
}

/** A gateway's spend journal through kills and restarts, with a note of what it promised. */
class World {
  readonly receiver = new ForgetfulReceiver();
  readonly admitted: string[] = [];
  /** Outcomes that must arrive, because they were written before any kill. */
  readonly written = new Map<string, string>();
  private unwritten = new Map<string, string>();
  private folder = scratch();
  private spool = spoolIn(this.folder.path).spool;
  private journal = this.start();
  private running: string[] = [];

  async apply(each: Step): Promise<void> {
    switch (each.act) {
      case 'admit': {
        const id = `r${this.admitted.length}`;
        await this.journal.admit(admitOf(id));
        this.admitted.push(id);
        this.running.push(id);
        return this.noteWritten();
      }
      case 'outcome': {
        const [id] = this.running.splice(each.which % Math.max(1, this.running.length), 1);
        if (id !== undefined) this.finish(id, each.failed);
        return;
      }
      case 'turn':
        await turn();
        return this.noteWritten();
      case 'tick':
        this.spool.tick();
        return this.noteWritten();
      case 'quiet':
        for (const id of this.running.splice(0)) this.finish(id, false);
        await this.apply({ act: 'tick' });
        return this.apply({ act: 'ship', fate: 'taken' });
      case 'ship':
        this.receiver.fate = each.fate;
        await turn();
        this.noteWritten();
        return this.ship();
      case 'kill':
        return this.restart(true);
      case 'stop':
        return this.restart(false);
    }
  }

  /** Ends the history: the last process dies, a new one starts and ships everything. */
  async settle(): Promise<void> {
    await this.restart(true);
    this.receiver.fate = 'taken';
    expect(await this.drainer().flush(new AbortController().signal)).toBe(0);
    await this.spool.close();
    this.folder.remove();
  }

  private finish(id: string, failed: boolean): void {
    if (failed) this.journal.fail(failOf(id));
    else this.journal.confirm(confirmOf(id));
    this.unwritten.set(id, failed ? 'provider_error' : 'confirmSpend');
  }

  private start(): SpendJournal {
    expect(this.spool.open()).toEqual({ ok: true });
    return new SpendJournal({ spool: this.spool, onEvent: () => undefined, strict: true });
  }

  private drainer(): SpendDrainer {
    const rejectedLog = new RejectedLog(this.folder.path);
    const clock = new VirtualClock();
    const parts = { spool: this.spool, shipper: this.receiver, rejectedLog, clock, random: new SeededRandom(1) };
    return new SpendDrainer({ ...parts, onEvent: () => undefined });
  }

  private async ship(): Promise<void> {
    const drainer = this.drainer();
    const never = new AbortController().signal;
    for (let shipped = true; shipped;) shipped = (await drainer.drainOnce(never)).kind === 'shipped';
  }

  private async restart(killed: boolean): Promise<void> {
    const next = scratch();
    if (!killed) await this.spool.close();
    // What the page cache holds at this moment is what a killed process leaves.
    cpSync(this.folder.path, next.path, { recursive: true });
    if (killed) await this.spool.close();
    else this.noteWritten();
    this.folder.remove();
    this.unwritten = new Map();
    this.running = [];
    this.folder = next;
    this.spool = spoolIn(next.path).spool;
    this.journal = this.start();
  }

  private noteWritten(): void {
    for (const [id, outcome] of this.unwritten) this.written.set(id, outcome);
    this.unwritten.clear();
  }
}

describe('any history of serving, shipping, failing, killing and restarting', () => {
  it('delivers every admit, and exactly one outcome each, and the real one whenever it was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }), async (steps) => {
        const world = new World();
        for (const each of steps) await world.apply(each);
        await world.settle();
        expect(world.receiver.doubled).toEqual([]);
        expect([...world.receiver.admits].sort()).toEqual([...world.admitted].sort());
        expect([...world.receiver.outcomes.keys()].sort()).toEqual([...world.admitted].sort());
        for (const id of world.admitted) {
          expect([id, world.receiver.outcomeOf(id)]).toEqual([id, world.written.get(id) ?? 'gateway_restarted']);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
