import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UpstreamRequest } from '../support/fake-upstream-process.js';
import { RawConnection } from '../support/raw-connection.js';
import { Stack, type LedgerRow } from '../support/stack.js';
import { elapsedMs, until } from '../support/until.js';

/** How soon a provider must notice that nobody reads its answer any more. */
const CANCEL_MS_MAX = 1_000;

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

let clients = 0;

/** A client whose requests can be found in the ledger, whatever became of their answers. */
function newClient(): { endUserId: string; openai: OpenAI } {
  clients += 1;
  const endUserId = `leaving-${clients}`;
  const openai = stack.openai(undefined, { defaultHeaders: { 'x-langwatch-end-user-id': endUserId } });
  return { endUserId, openai };
}

const isCancelled = ([request]: readonly UpstreamRequest[]): boolean => request?.end === 'client-closed';

/** The one settled line of the client, once the gateway has nothing more to say about it. */
async function lineOf(endUserId: string): Promise<LedgerRow> {
  await until('no request is in flight', async () => {
    return (await stack.metrics()).sum('gateway_in_flight_requests') === 0;
  });
  return stack.settledLine({ endUserId });
}

describe('a client that leaves', () => {
  it('in mid-stream cancels the provider’s call within a second, and one outcome is recorded', async () => {
    const { endUserId, openai } = newClient();
    await stack.upstream.script({ kind: 'answer', chunks: 1000, intervalMs: 20 });
    const stream = await openai.chat.completions.create({ model: 'fake/plain', messages: [], stream: true });
    const iterator = stream[Symbol.asyncIterator]();
    for (let count = 0; count < 4; count += 1) await iterator.next();

    const cancelledMs = await elapsedMs(() => {
      stream.controller.abort();
      return stack.upstream.waitFor('the call is cancelled', isCancelled);
    });
    expect(cancelledMs).toBeLessThan(CANCEL_MS_MAX);
    const line = await lineOf(endUserId);
    expect(line).toMatchObject({
      outcome: 'failed',
      error_type: 'client_gone',
      http_status: 499,
      usage_estimated: true,
    });
    expect(line.output_tokens).toBeGreaterThan(0n);
    expect(line.cost_nano_usd).toBeGreaterThan(0n);
  });

  it('before any answer came cancels the provider’s call, and is charged for what was asked', async () => {
    const { endUserId, openai } = newClient();
    const leaving = new AbortController();
    const call = openai.chat.completions.create(
      { model: 'fake/hang', messages: [{ role: 'user', content: 'A question of some length' }] },
      { signal: leaving.signal },
    );
    const raised = expect(call).rejects.toBeInstanceOf(OpenAI.APIUserAbortError);
    await stack.upstream.waitFor('the answer holds', ([request]) => request?.holding === true);

    const cancelledMs = await elapsedMs(() => {
      leaving.abort();
      return stack.upstream.waitFor('the call is cancelled', isCancelled);
    });
    await raised;
    expect(cancelledMs).toBeLessThan(CANCEL_MS_MAX);
    const line = await lineOf(endUserId);
    expect(line).toMatchObject({ outcome: 'failed', error_type: 'client_gone', http_status: 499, output_tokens: 0n });
    expect(line.input_tokens).toBeGreaterThan(0n);
  });

  it('by a time limit of its own cancels a provider that hangs in the middle of a plain answer', async () => {
    const { endUserId, openai } = newClient();
    const call = openai.chat.completions.create(
      { model: 'fake/hang-after-first-chunk', messages: [] },
      { timeout: 400 },
    );

    await expect(call).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    await stack.upstream.waitFor('the call is cancelled', isCancelled);
    expect(await lineOf(endUserId)).toMatchObject({ outcome: 'failed', error_type: 'client_gone' });
  });

  it('is not answered by another provider instead', async () => {
    const providers = [
      await stack.addProvider('slow', { priority: 1 }),
      await stack.addProvider('idle', { priority: 2 }),
    ];
    const key = await stack.addKey({}, providers);
    const call = stack
      .openai(key.secret, { timeout: 400 })
      .chat.completions.create({ model: 'fake/hang', messages: [] });

    await expect(call).rejects.toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
    await stack.upstream.waitFor('the call is cancelled', isCancelled);
    expect((await stack.upstream.onlyRequest()).url).toBe('/slow/v1/chat/completions');
  });

  it('while it still sends its request reaches no provider and leaves nothing open', async () => {
    const connection = await RawConnection.open(stack.gateway.url);
    connection.write(
      `POST /v1/chat/completions HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer ${stack.key.secret}\r\n` +
        'Content-Length: 1000\r\n\r\n{"model":"fake/plain"',
    );
    await until('the request is in flight', async () => {
      return (await stack.metrics()).sum('gateway_in_flight_requests') === 1;
    });
    connection.destroy();

    await until('no request is in flight', async () => {
      return (await stack.metrics()).sum('gateway_in_flight_requests') === 0;
    });
    expect(await stack.upstream.requests()).toEqual([]);
  });

  it('shows in the metrics as what it is, and no stream stays open', async () => {
    const metrics = await stack.metrics();

    expect(metrics.sum('gateway_http_requests_total', { status: '499' })).toBeGreaterThan(0);
    expect(metrics.sum('gateway_streaming_active')).toBe(0);
  });
});
