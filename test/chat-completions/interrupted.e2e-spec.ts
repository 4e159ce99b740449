import OpenAI from 'openai';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { rawRequest, type RawAnswer } from '../support/raw-http.js';
import { Stack } from '../support/stack.js';

let stack: Stack;
beforeAll(async () => {
  stack = await Stack.start();
});
afterAll(() => stack?.dispose());
beforeEach(() => stack.upstream.reset());

const send = (model: string): Promise<RawAnswer> =>
  rawRequest(stack.chatUrl, {
    headers: stack.headers(),
    body: JSON.stringify({ model, messages: [], stream: true }),
  });

/** Reads a stream to its end and adds its pieces of text to `texts`. */
async function readAll(stream: AsyncIterable<OpenAI.ChatCompletionChunk>, texts: string[] = []): Promise<void> {
  for await (const chunk of stream) texts.push(chunk.choices[0]?.delta.content ?? '');
}

const requestIdOf = (answer: RawAnswer): string => String(answer.headers['x-langwatch-gateway-request-id']);

describe('a stream that the provider does not finish', () => {
  it.each([
    ['breaks in the middle of an event', 'fake/cut'],
    ['ends cleanly in the middle of an event', 'fake/truncated'],
    ['ends without a finish reason', 'fake/no-finish'],
  ])('because it %s ends with an error and never looks complete', async (_, model) => {
    const answer = await send(model);

    expect(answer.status).toBe(200);
    const text = answer.body.toString();
    expect(text).toContain('"content":"alpha "');
    expect(text).not.toContain('[DONE]');
    const frame = /(?:^|\n\n)event: error\ndata: (.*)\n\n$/.exec(text)?.[1] ?? '';
    expect(JSON.parse(frame)).toMatchObject({
      type: 'error',
      error: { type: 'upstream_mid_stream_failure', message: expect.stringContaining('incomplete') },
    });
    const line = await stack.settledLine({ requestId: requestIdOf(answer) });
    expect(line).toMatchObject({
      outcome: 'failed',
      error_type: 'upstream_mid_stream_failure',
      http_status: 502,
      usage_estimated: true,
    });
    // What was used until then is not free.
    expect(line.output_tokens).toBeGreaterThan(0n);
    expect(line.cost_nano_usd).toBeGreaterThan(0n);
  });

  it.each(['fake/cut', 'fake/truncated', 'fake/no-finish?chunks=1'])(
    'raises an error in the official SDK, after the parts that did arrive: %s',
    async (model) => {
      const stream = await stack.openai().chat.completions.create({ model, messages: [], stream: true });
      const texts: string[] = [];

      await expect(readAll(stream, texts)).rejects.toBeInstanceOf(OpenAI.APIError);
      expect(texts.join('')).toBe('alpha ');
    },
  );

  it('because it reports an error ends with that error as it is, and is recorded as failed', async () => {
    const answer = await send('fake/error-event');

    const text = answer.body.toString();
    expect(text).toContain('The fake upstream failed while it was answering.');
    expect(text).not.toContain('[DONE]');
    expect(await stack.settledLine({ requestId: requestIdOf(answer) })).toMatchObject({
      outcome: 'failed',
      error_type: 'provider_error',
      http_status: 502,
    });
    const stream = await stack
      .openai()
      .chat.completions.create({ model: 'fake/error-event', messages: [], stream: true });
    await expect(readAll(stream)).rejects.toBeInstanceOf(OpenAI.APIError);
  });

  it('leaves no stream and no request open in the gauges', async () => {
    await send('fake/cut');
    await send('fake/error-event');
    const metrics = await stack.metrics();

    expect(metrics.sum('gateway_streaming_active')).toBe(0);
    expect(metrics.sum('gateway_in_flight_requests')).toBe(0);
  });
});
