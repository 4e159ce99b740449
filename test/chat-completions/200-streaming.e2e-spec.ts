import type OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { elapsedMs } from '../support/until.js';
import { Stack } from '../support/stack.js';

type Chunk = OpenAI.ChatCompletionChunk;
type StreamRequest = OpenAI.ChatCompletionCreateParamsStreaming;

const MESSAGES = [{ role: 'user' as const, content: 'Hello' }];
const TEXT_OF_MANY_WIDTHS = 'Grüße, 世界! 👩‍👩‍👧 naïve café — ½ π ≈ 1.57 𝒜';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

async function streamed(
  model: string,
  changes: Partial<StreamRequest> = {},
): Promise<{ chunks: readonly Chunk[]; requestId: string; headers: Headers }> {
  const { data, response } = await stack
    .openai()
    .chat.completions.create({ model, messages: MESSAGES, stream: true, ...changes })
    .withResponse();
  const chunks: Chunk[] = [];
  for await (const chunk of data) chunks.push(chunk);
  const requestId = response.headers.get('x-langwatch-gateway-request-id') ?? '';
  return { chunks, requestId, headers: response.headers };
}

const textOf = (chunks: readonly Chunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');

describe('a streamed chat completion', () => {
  it('reaches the official SDK whole, and is recorded with the usage that the provider reported', async () => {
    const { chunks, requestId, headers } = await streamed('fake/stream?chunks=8');

    expect(textOf(chunks)).toBe('alpha bravo charlie delta echo foxtrot golf hotel ');
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(await stack.settledLine({ requestId })).toMatchObject({
      outcome: 'confirmed',
      input_tokens: 11n,
      output_tokens: 8n,
      usage_estimated: false,
      cost_nano_usd: 27_000_000n,
    });
  });

  it('does not show the usage chunk to a client that did not ask for it', async () => {
    const { chunks } = await streamed('fake/stream');

    expect(chunks.every(({ choices }) => choices.length === 1)).toBe(true);
    expect(chunks.every(({ usage }) => usage === undefined || usage === null)).toBe(true);
    const { body } = await stack.upstream.onlyRequest();
    expect(JSON.parse(body.toString())).toMatchObject({ stream_options: { include_usage: true } });
  });

  it('shows the usage chunk to a client that asked for it', async () => {
    const { chunks } = await streamed('fake/stream?chunks=3', { stream_options: { include_usage: true } });

    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 3 } });
  });

  it('leaves usage off where the client switched it off, and estimates it', async () => {
    const before = await stack.metrics();
    const { chunks, requestId } = await streamed('fake/stream', { stream_options: { include_usage: false } });

    expect(chunks.some(({ usage }) => usage !== undefined && usage !== null)).toBe(false);
    const { body } = await stack.upstream.onlyRequest();
    expect(JSON.parse(body.toString())).toMatchObject({ stream_options: { include_usage: false } });
    const line = await stack.settledLine({ requestId });
    expect(line).toMatchObject({ outcome: 'confirmed', usage_estimated: true });
    expect(line.output_tokens).toBeGreaterThan(0n);
    const missing = 'gateway_streaming_usage_missing_total';
    expect((await stack.metrics()).sum(missing) - before.sum(missing)).toBe(1);
  });

  it('brings tool calls together from their pieces', async () => {
    const { chunks } = await streamed('fake/tool-call');
    const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);

    expect(calls[0]).toMatchObject({ id: 'call_fake_1', type: 'function', function: { name: 'get_weather' } });
    expect(calls.map((call) => call.function?.arguments ?? '').join('')).toBe('{"city":"Zürich","unit":"celsius"}');
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('keeps every character whole when the provider’s writes cut them at every byte', async () => {
    const { chunks, requestId } = await streamed('fake/unicode');

    expect(textOf(chunks)).toBe(TEXT_OF_MANY_WIDTHS);
    expect(await stack.settledLine({ requestId })).toMatchObject({ outcome: 'confirmed', output_tokens: 12n });
  });

  it('is complete without the closing marker, once a finish reason came', async () => {
    const { chunks, requestId } = await streamed('fake/no-done');

    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(await stack.settledLine({ requestId })).toMatchObject({ outcome: 'confirmed', usage_estimated: false });
  });

  it('hands each event on as it comes, not when the answer is over', async () => {
    await stack.upstream.script({ kind: 'answer', chunks: 3, hold: 'after-first-chunk' });
    const stream = await stack
      .openai()
      .chat.completions.create({ model: 'fake/plain', messages: MESSAGES, stream: true });
    const iterator = stream[Symbol.asyncIterator]();

    await iterator.next();
    expect((await iterator.next()).value?.choices[0]?.delta.content).toBe('alpha ');
    await stack.upstream.waitFor('the answer holds', ([request]) => request?.holding === true);
    await stack.upstream.release();
    expect((await iterator.next()).value?.choices[0]?.delta.content).toBe('bravo ');
    await iterator.return?.();
  });

  it('gives a slow reader the whole answer', async () => {
    const { data } = await stack
      .openai()
      .chat.completions.create({ model: 'fake/stream?chunks=20000', messages: MESSAGES, stream: true })
      .withResponse();
    let chunks = 0;
    for await (const chunk of data) {
      chunks += chunk.choices.length;
      // Yielding to the event loop now and then lets the sockets' buffers fill up.
      if (chunks % 1000 === 0) await elapsedMs(() => stack.metrics());
    }

    expect(chunks).toBe(20_002);
  });
});
