import { VirtualClock } from '#kernel';
import fs from 'node:fs';
import { cpSync, existsSync, openSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { admitOf, confirmOf, scratch, spoolIn, turn } from '../testing/spend-fixtures.js';
import { SpoolDirectory } from './spool-directory.js';
import { parseSpoolLine, wholeLines, type SpoolLine } from './spool-line.js';
import type { SpoolOptions } from './spool-options.js';
import type { Spool } from './spool.js';

const cleanups: (() => Promise<void> | void)[] = [];
let path = '';

beforeEach(() => {
  const folder = scratch();
  ({ path } = folder);
  cleanups.push(folder.remove);
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function open(folder = path, change: Partial<SpoolOptions> = {}): ReturnType<typeof spoolIn> {
  const made = spoolIn(folder, change);
  made.spool.open();
  cleanups.push(() => made.spool.close());
  return made;
}

/** What a kill at this moment would leave on disk, in a folder of its own. */
function killedCopy(): string {
  const folder = scratch();
  cleanups.push(folder.remove);
  cpSync(path, folder.path, { recursive: true });
  return folder.path;
}

function recordsIn(folder: string, prefix = ''): SpoolLine[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix) && /^(seg-|open-|active)/.test(name));
  const lines = names.flatMap((name) => wholeLines(readFileSync(join(folder, name), 'utf8')));
  return lines.flatMap((line) => parseSpoolLine(line) ?? []).sort((left, right) => left.pod_seq - right.pod_seq);
}

function admit(spool: Spool, id: string): void {
  spool.append({ command: 'admitSpend', payload: admitOf(id) });
  spool.flush();
}

function confirm(spool: Spool, id: string): void {
  spool.append({ command: 'confirmSpend', payload: confirmOf(id) });
}

function ids(records: readonly SpoolLine[]): string[] {
  return records.map((record) => `${record.command.slice(0, 5)} ${record.payload.gateway_request_id}`);
}

async function shipAll(spool: Spool): Promise<void> {
  await spool.seal();
  for (let segment = spool.oldest(); segment !== undefined; segment = spool.oldest()) spool.discard(segment);
}

describe('what is on disk', () => {
  it('holds an admit, and every outcome before it, as soon as it is flushed', () => {
    const { spool } = open();
    admit(spool, 'r1');
    confirm(spool, 'r1');
    expect(ids(recordsIn(path)), 'an outcome waits for the end of the turn').toEqual(['admit r1']);
    admit(spool, 'r2');
    expect(ids(recordsIn(path))).toEqual(['admit r1', 'confi r1', 'admit r2']);
  });

  it('holds an outcome by the end of the turn of the event loop', async () => {
    const { spool } = open();
    admit(spool, 'r1');
    confirm(spool, 'r1');
    await turn();
    expect(ids(recordsIn(path))).toEqual(['admit r1', 'confi r1']);
    expect(spool.waitingRecords).toBe(2);
  });

  it('is for the owner alone', async () => {
    fs.chmodSync(path, 0o755);
    const { spool } = open(path, { podId: undefined });
    admit(spool, 'r1');
    await spool.seal();
    admit(spool, 'r2');
    expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(path))
      expect([name, statSync(join(path, name)).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('is sealed under ordinals of twenty digits at each flush that has something, and at the size limit', async () => {
    const { spool } = open(path, { maxBytes: 4_000 });
    spool.tick();
    admit(spool, 'r1');
    spool.tick();
    spool.tick();
    for (let request = 0; request < 5; request += 1) admit(spool, `later ${request}`);
    const segments = readdirSync(path).filter((name) => name.startsWith('seg-'));
    expect(segments[0]).toBe('seg-00000000000000000000.ndjson');
    expect(ids(recordsIn(path, 'seg-00000000000000000000'))).toEqual(['admit r1']);
    expect(segments.length).toBeGreaterThanOrEqual(2);
    expect(recordsIn(path)).toHaveLength(6);
  });

  it('stays at a bounded number of files when nothing can be shipped for hours', async () => {
    const { spool } = open();
    for (let second = 0; second < 200; second += 1) {
      admit(spool, `r${second}`);
      spool.tick();
    }
    expect(readdirSync(path).length).toBeLessThan(70);
    expect(spool.waitingRecords).toBe(200);
    await spool.seal();
    expect(recordsIn(path, 'seg-')).toHaveLength(200);
  });
});

describe('numbers of records', () => {
  it('go on after a restart, also when every record was shipped and deleted', async () => {
    const { spool } = open();
    for (const id of ['r1', 'r2']) {
      admit(spool, id);
      confirm(spool, id);
    }
    await shipAll(spool);
    expect(recordsIn(path)).toEqual([]);
    await spool.close();
    const { spool: next } = open();
    admit(next, 'r3');
    expect(recordsIn(path).map((record) => record.pod_seq)).toEqual([4]);
  });

  it('go on after a kill from the newest record on disk', () => {
    const { spool } = open();
    admit(spool, 'r1');
    const { spool: next } = open(killedCopy());
    admit(next, 'r2');
    expect(next.waitingRecords).toBe(3);
    expect(next.recoveredTotal).toBe(1);
  });

  it('carry a name that is made once and kept', async () => {
    const { spool } = open(path, { podId: undefined });
    admit(spool, 'r1');
    const made = readFileSync(join(path, 'pod-id'), 'utf8').trim();
    expect(made).toMatch(/-[0-9a-f]{8}$/);
    await spool.close();
    open(path, { podId: undefined });
    expect(readFileSync(join(path, 'pod-id'), 'utf8').trim()).toBe(made);
    expect(readFileSync(join(path, readdirSync(path).find((name) => name.startsWith('seg-')) ?? ''), 'utf8')).toContain(
      `"pod_id":"${made}"`,
    );
  });
});

describe('a start after a kill', () => {
  it('gives every open request one outcome, with the attribution of its admit and no usage', () => {
    const { spool } = open();
    admit(spool, 'r1');
    admit(spool, 'r2');
    confirm(spool, 'r1');
    admit(spool, 'r3');
    const copy = killedCopy();
    const { spool: next, events } = open(copy, { clock: new VirtualClock(1_800_000_000_000) });
    expect(events).toEqual([{ kind: 'spool_opened', recoveredRequests: 2, waitingRecords: 6 }]);
    const outcomes = recordsIn(copy).filter((record) => record.command !== 'admitSpend');
    expect(ids(outcomes).sort()).toEqual(['confi r1', 'failS r2', 'failS r3']);
    expect(outcomes.find((record) => record.payload.gateway_request_id === 'r2')?.payload).toMatchObject({
      project_id: 'project_x',
      virtual_key_id: 'vk_abc',
      organization_id: 'org_z',
      labels: ['env=prod'],
      metadata: '{"invoice":"i-1"}',
      model: 'fast',
      occurred_at: 1_800_000_000_000,
      admitted_at: 1_767_225_600_123,
      usage: { input_tokens: 0, output_tokens: 0 },
      error: { type: 'gateway_restarted', http_status: 0 },
    });
    expect(next.openRequests).toBe(0);
  });

  it('does not give a request a second outcome at the start after that', async () => {
    const { spool } = open();
    admit(spool, 'r1');
    const copy = killedCopy();
    const { spool: second } = open(copy);
    await second.close();
    const { spool: third } = open(copy);
    expect([second.recoveredTotal, third.recoveredTotal]).toEqual([1, 0]);
    expect(ids(recordsIn(copy))).toEqual(['admit r1', 'failS r1']);
  });

  it('skips a torn last line and keeps all before it', async () => {
    const { spool } = open();
    admit(spool, 'r1');
    const copy = killedCopy();
    fs.appendFileSync(join(copy, 'active.ndjson'), '{"command":"admitSpend","payload":{"gateway_requ');
    const { spool: next } = open(copy);
    expect(ids(recordsIn(copy))).toEqual(['admit r1', 'failS r1']);
    await next.seal();
    expect(next.waitingRecords).toBe(2);
  });

  it('knows a request whose admit was shipped and deleted while it ran', async () => {
    const { spool } = open();
    admit(spool, 'long');
    admit(spool, 'short');
    confirm(spool, 'short');
    await shipAll(spool);
    expect(ids(recordsIn(path))).toEqual(['admit long']);
    const copy = killedCopy();
    const { spool: next } = open(copy);
    expect(ids(recordsIn(copy))).toEqual(['failS long']);
    expect(next.recoveredTotal).toBe(1);
  });

  it('finds the folder as it was when the kill came between keeping open admits and deleting their segment', async () => {
    const { spool } = open();
    admit(spool, 'long');
    await spool.seal();
    const copy = killedCopy();
    new SpoolDirectory(copy).writeOpenFile(0, [
      readFileSync(join(copy, 'seg-00000000000000000000.ndjson'), 'utf8').trim(),
    ]);
    const { spool: next } = open(copy);
    expect(next.recoveredTotal).toBe(1);
    expect(readdirSync(copy).filter((name) => name.startsWith('open-'))).toEqual([]);
  });

  it('makes an outcome also for an admit that the control plane would refuse', () => {
    const { spool } = open();
    spool.append({ command: 'admitSpend', payload: { ...admitOf('r1'), model: '', labels: [] } });
    spool.flush();
    const copy = killedCopy();
    open(copy);
    expect(ids(recordsIn(copy))).toEqual(['admit r1', 'failS r1']);
  });
});

describe('the file of open admits', () => {
  it('no longer names a request whose outcome was shipped and deleted meanwhile', async () => {
    const { spool } = open();
    admit(spool, 'r1');
    admit(spool, 'r2');
    await shipAll(spool);
    confirm(spool, 'r1');
    await shipAll(spool);
    expect(ids(recordsIn(path))).toEqual(['admit r2']);
    const { spool: next } = open(killedCopy());
    expect(next.recoveredTotal).toBe(1);
  });

  it('goes when its last request has its outcome', async () => {
    const { spool } = open();
    admit(spool, 'r1');
    admit(spool, 'r2');
    await shipAll(spool);
    const file = join(path, 'open-00000000000000000000.ndjson');
    confirm(spool, 'r1');
    await turn();
    expect(existsSync(file)).toBe(true);
    confirm(spool, 'r2');
    await turn();
    expect(existsSync(file)).toBe(false);
  });
});

describe('a full spool', () => {
  it('drops the oldest segments, counts exactly what it drops, and stays within its bound', async () => {
    const maxBytes = 20_000;
    const { spool, events } = open(path, { maxBytes });
    for (let request = 0; request < 300; request += 1) {
      admit(spool, `r${request}`);
      confirm(spool, `r${request}`);
      expect(spool.waitingBytes).toBeLessThanOrEqual(maxBytes);
    }
    await spool.seal();
    const left = recordsIn(path, 'seg-');
    expect(spool.droppedOverflowTotal).toBeGreaterThan(0);
    expect(left.length + spool.droppedOverflowTotal).toBe(600);
    expect(left[0]?.pod_seq, 'the oldest went, without a gap').toBe(spool.droppedOverflowTotal);
    const reported = events.map((event) => (event.kind === 'records_dropped' ? event.records : 0));
    expect(reported.reduce((sum, records) => sum + records, 0)).toBe(spool.droppedOverflowTotal);
  });

  it('spares the segment that is on its way, and counts only what was not acknowledged of another', async () => {
    const { spool } = open(path, { maxBytes: 8_000 });
    for (const id of ['r1', 'r2']) {
      admit(spool, id);
      confirm(spool, id);
    }
    await spool.seal();
    const first = spool.oldest();
    first?.acknowledge(3);
    await first?.during(async () => {
      for (let request = 0; request < 40; request += 1) admit(spool, `later ${request}`);
      expect(spool.oldest()).toBe(first);
    });
    const before = spool.droppedOverflowTotal;
    for (let request = 0; request < 4; request += 1) admit(spool, `last ${request}`);
    expect(spool.oldest()).not.toBe(first);
    const dropped = spool.droppedOverflowTotal - before;
    await spool.seal();
    expect(recordsIn(path, 'seg-')).toHaveLength(48 - 4 - (before + dropped - 1));
  });
});

describe('a folder', () => {
  it('is refused clearly while another spool holds it, and may be taken afterwards', async () => {
    const { spool } = open();
    const other = spoolIn(path);
    expect(other.spool.open()).toEqual({ ok: false, reason: 'the spool folder is in use by another process' });
    admit(other.spool, 'r1');
    expect([other.spool.droppedIntakeTotal, other.spool.appendedTotal]).toEqual([1, 0]);
    await spool.close();
    expect(other.spool.open()).toEqual({ ok: true });
    await other.spool.close();
  });

  it('that cannot be one is a reason for readiness, not a failure of requests', () => {
    writeFileSync(join(path, 'file'), '');
    const { spool } = spoolIn(join(path, 'file'));
    expect(spool.open()).toEqual({ ok: false, reason: 'EEXIST (mkdir)' });
    admit(spool, 'r1');
    expect(spool.health.ok).toBe(false);
  });
});

/** A folder on a disk that refuses: appending really fails in the system call, for its descriptor is read-only. */
class RefusingDisk extends SpoolDirectory {
  refusing = true;

  override sealActive(ordinal: number): void {
    if (this.refusing) throw this.refusal();
    super.sealActive(ordinal);
  }

  override openActive(): number {
    return this.refusing ? openSync('/dev/null', 'r') : super.openActive();
  }

  override writePodSeq(next: number): void {
    if (this.refusing) throw this.refusal();
    super.writePodSeq(next);
  }

  private refusal(): Error {
    return Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'rename' });
  }
}

describe('a disk that refuses writes', () => {
  it('never fails a request; records wait in memory, readiness tells, and they are written once it recovers', async () => {
    const directory = new RefusingDisk(path);
    const { spool, events } = open(path, { directory });
    admit(spool, 'r1');
    confirm(spool, 'r1');
    admit(spool, 'r2');
    await turn();
    spool.tick();
    expect(spool.health).toEqual({ ok: false, reason: 'EBADF (write)' });
    expect([spool.appendedTotal, spool.waitingRecords]).toEqual([0, 3]);
    directory.refusing = false;
    spool.tick();
    expect(spool.health).toEqual({ ok: true });
    expect(ids(recordsIn(path))).toEqual(['admit r1', 'confi r1', 'admit r2']);
    expect(events.map((event) => event.kind)).toEqual(['spool_opened', 'spool_write_failed', 'spool_write_recovered']);
  });

  it('holds a bounded number of records and counts the others as dropped at intake', () => {
    const directory = new RefusingDisk(path);
    const { spool } = open(path, { directory });
    for (let request = 0; request < 5_000; request += 1) admit(spool, `r${request}`);
    expect([spool.waitingRecords, spool.droppedIntakeTotal]).toEqual([4_096, 904]);
    directory.refusing = false;
    spool.tick();
    expect(spool.appendedTotal).toBe(4_096);
    // Each of five thousand writes is tried and refused, which a busy disk takes its time for.
  }, 90_000);

  it('is not blamed for a turn with more outcomes than fit in memory', async () => {
    const { spool } = open();
    admit(spool, 'r0');
    for (let request = 0; request < 5_000; request += 1) confirm(spool, `r${request}`);
    await turn();
    expect([spool.appendedTotal, spool.droppedIntakeTotal]).toEqual([5_001, 0]);
  });

  it('is found to work again without traffic', async () => {
    const directory = new RefusingDisk(path);
    directory.refusing = false;
    const { spool } = open(path, { directory });
    admit(spool, 'r1');
    directory.refusing = true;
    for (let second = 0; second < 2; second += 1) {
      spool.tick();
      expect(spool.health).toEqual({ ok: false, reason: 'ENOSPC (rename)' });
    }
    directory.refusing = false;
    spool.tick();
    expect(spool.health).toEqual({ ok: true });
    await spool.seal();
    expect(ids(recordsIn(path, 'seg-'))).toEqual(['admit r1']);
  });
});
