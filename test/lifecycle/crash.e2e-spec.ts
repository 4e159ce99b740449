import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { errorOf } from '../support/error-body.js';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { Stack, type LedgerRow } from '../support/stack.js';
import { until } from '../support/until.js';

const CLIENTS = 20;
const HELD_STREAMS = 20;
const REQUESTS_BEFORE_CRASH = 150;
const REQUESTS_WITHOUT_CONTROL_PLANE = 60;

const markedSchema = z.object({ user: z.string() });

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

/** Sends a request that carries a mark to the provider and into the ledger. */
function send(mark: string, body: object = {}, key?: string): Promise<RawAnswer> {
  return rawRequest(stack.chatUrl, {
    headers: { ...stack.headers(key), 'x-langwatch-end-user-id': mark },
    body: JSON.stringify({ model: 'fake/plain', messages: [], user: mark, ...body }),
  });
}

/** Marks of all requests that reached the provider. */
const marksSeen = async (): Promise<readonly string[]> =>
  (await stack.upstream.requests()).map(({ body }) => markedSchema.parse(JSON.parse(body.toString())).user);

/** The settled lines of `marks`, one each. */
async function settledLines(marks: readonly string[]): Promise<ReadonlyMap<string, LedgerRow>> {
  const wanted = new Set(marks);
  const rows = await stack.ledgerOnce(`${wanted.size} settled lines`, (all) => {
    const settled = all.filter((row) => row.outcome !== null && wanted.has(row.end_user_id ?? ''));
    return new Set(settled.map((row) => row.end_user_id)).size === wanted.size;
  });
  const ofMarks = rows.filter((row) => wanted.has(row.end_user_id ?? ''));
  expect(ofMarks).toHaveLength(wanted.size);
  return new Map(ofMarks.map((row) => [row.end_user_id ?? '', row]));
}

describe('kill -9 of the gateway', () => {
  it('in mid-load leaves no request that reached a provider without exactly one outcome', async () => {
    const held = Array.from({ length: HELD_STREAMS }, (_, index) => `held-${index}`);
    const cut = Promise.allSettled(
      held.map((mark) => send(mark, { model: 'fake/hang-after-first-chunk', stream: true })),
    );
    await stack.upstream.waitFor(
      'all streams hold',
      (all) => all.filter(({ holding }) => holding).length === held.length,
    );
    const served = new Set<string>();
    const crash = new AbortController();
    const load = Array.from({ length: CLIENTS }, async (_, client) => {
      for (let turn = 0; !crash.signal.aborted; turn += 1) {
        const mark = `load-${client}-${turn}`;
        const answer = await send(mark, turn % 2 === 0 ? {} : { model: 'fake/stream', stream: true }).catch(
          () => undefined,
        );
        if (answer?.status === 200) served.add(mark);
      }
    });
    await until('there is load', () => served.size > REQUESTS_BEFORE_CRASH);
    const killed = stack.gateway.kill();
    crash.abort();
    await Promise.all([killed, cut, ...load]);

    await stack.gateway.start();
    const after = await send('after-the-crash');
    expect(after.status).toBe(200);
    const lines = await settledLines(await marksSeen());
    expect([...served].filter((mark) => !lines.has(mark))).toEqual([]);
    for (const mark of held) {
      expect(lines.get(mark)).toMatchObject({ outcome: 'failed', error_type: 'gateway_restarted' });
    }
    expect(lines.get('after-the-crash')).toMatchObject({ outcome: 'confirmed' });
    const confirmed = [...lines.values()].filter(({ outcome }) => outcome === 'confirmed');
    expect(confirmed.length).toBeGreaterThan(REQUESTS_BEFORE_CRASH - CLIENTS);
  });
});

describe('the control plane going away', () => {
  it('stops no warm key, and its return finds every record, none of them twice', async () => {
    expect((await send('warm')).status).toBe(200);
    await stack.controlPlane.kill();
    const first = Array.from({ length: REQUESTS_WITHOUT_CONTROL_PLANE }, (_, index) => `away-${index}`);
    const statuses = (await Promise.all(first.map((mark) => send(mark)))).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect((await stack.metrics()).sum('gateway_spend_spool_waiting_records')).toBeGreaterThan(0);

    await stack.controlPlane.start();
    const lines = await settledLines(first);
    for (const line of lines.values()) expect(line).toMatchObject({ outcome: 'confirmed', cost_nano_usd: 21_000_000n });
  });

  it('and the gateway crashing meanwhile loses nothing either', async () => {
    await stack.controlPlane.kill();
    const marks = Array.from({ length: REQUESTS_WITHOUT_CONTROL_PLANE }, (_, index) => `both-${index}`);
    const appended = async (): Promise<number> => (await stack.metrics()).sum('gateway_spend_spool_appended_total');
    const before = await appended();
    for (const answer of await Promise.all(marks.map((mark) => send(mark)))) expect(answer.status).toBe(200);
    // An answer is out a moment before its outcome is on disk; what a crash does in that moment is another test's matter.
    await until('every outcome is on disk', async () => (await appended()) >= before + 2 * marks.length);
    await stack.gateway.kill();

    // It starts without a control plane, says that it is ready, and says of a key that it cannot be checked.
    await stack.gateway.start();
    const cold = await send('cold');
    expect(cold.status).toBe(503);
    expect(errorOf(cold)).toMatchObject({ code: 'auth_upstream_unavailable', fault: 'platform' });
    expect(Number(cold.headers['retry-after'])).toBeGreaterThan(0);
    expect(await marksSeen()).not.toContain('cold');

    await stack.controlPlane.start();
    await until('the key is served again', async () => (await send('back')).status === 200);
    const lines = await settledLines(marks);
    for (const line of lines.values()) expect(line).toMatchObject({ outcome: 'confirmed', cost_nano_usd: 21_000_000n });
  });
});
