import { InvariantError } from '#kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpendEvent } from './spend-event.js';
import { SpendJournal } from './spend-journal.js';
import type { Spool } from './spool/spool.js';
import { admitOf, confirmOf, failOf, scratch, spoolIn, turn } from './testing/spend-fixtures.js';

let folder: ReturnType<typeof scratch>;
let spool: Spool;

beforeEach(() => {
  folder = scratch();
  ({ spool } = spoolIn(folder.path));
  spool.open();
});

afterEach(async () => {
  await spool.close();
  folder.remove();
});

describe('the spend journal', () => {
  it('has written an admit, and all others of its turn, when its promise resolves', async () => {
    const journal = new SpendJournal({ spool, onEvent: () => undefined, strict: true });
    const first = journal.admit(admitOf('r1'));
    const second = journal.admit(admitOf('r2'));
    expect(spool.appendedTotal).toBe(0);
    await first;
    expect(spool.appendedTotal).toBe(2);
    await second;
  });

  it('records one outcome per admit and refuses a second one loudly in tests', async () => {
    const journal = new SpendJournal({ spool, onEvent: () => undefined, strict: true });
    void journal.admit(admitOf('r1'));
    journal.confirm(confirmOf('r1'));
    expect(() => journal.fail(failOf('r1'))).toThrow(InvariantError);
    expect(() => journal.confirm(confirmOf('never admitted'))).toThrow(InvariantError);
    await turn();
    expect([spool.appendedTotal, journal.openRequests, spool.openRequests]).toEqual([2, 0, 0]);
  });

  it('counts a second outcome in production, reports it and records nothing', async () => {
    const events: SpendEvent[] = [];
    const journal = new SpendJournal({ spool, onEvent: (event) => events.push(event), strict: false });
    void journal.admit(admitOf('r1'));
    journal.fail(failOf('r1'));
    journal.confirm(confirmOf('r1'));
    await turn();
    expect([spool.appendedTotal, journal.secondOutcomeTotal]).toEqual([2, 1]);
    expect(events).toEqual([{ kind: 'second_outcome', requestId: 'r1' }]);
  });

  it('keeps its promise of one outcome when spend is switched off, and records nothing', () => {
    const journal = new SpendJournal({ spool: undefined, onEvent: () => undefined, strict: true });
    void journal.admit(admitOf('r1'));
    expect(journal.openRequests).toBe(1);
    journal.confirm(confirmOf('r1'));
    expect(() => journal.confirm(confirmOf('r1'))).toThrow(InvariantError);
    expect(spool.appendedTotal).toBe(0);
  });
});
