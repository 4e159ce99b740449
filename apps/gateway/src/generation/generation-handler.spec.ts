import { VirtualClock } from '#kernel';
import { AdapterRegistry, createShippedAdapters, readChatRequest, type JsonObject } from '#providers';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { CHAT_COMPLETIONS, CHAT_DIALECT } from '../endpoints/chat-completions/chat-completions.endpoint.js';
import { Attempt } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import { anAttempt, anExchange } from '../exchange/testing/an-exchange.js';
import { readStream } from '../resume/testing/stream-grammar.js';
import { streamedDialect } from '../relay/testing/dialects.js';
import type { UpstreamCall } from '../relay/upstream-call.js';
import type { UpstreamRelay } from '../relay/upstream-relay.js';
import { bundleWith, planOf, policy } from '../routing/testing/plan-fixtures.js';
import { readReliability } from '../routing/reliability.js';
import { GenerationHandler } from './generation-handler.js';

const LIMITS = { connectMs: 1, headersMs: 2, firstTokenMs: 3, betweenTokensMs: 4, totalMs: 5 };
const ADAPTERS = new AdapterRegistry(createShippedAdapters({ clock: new VirtualClock() }));
const ROWS = [
  { id: 'claude', type: 'anthropic', models: ['m'] },
  { id: 'server', type: 'custom', base_url: 'https://llm.example.com', models: ['m'] },
];

interface Scene {
  readonly members?: JsonObject;
  readonly headers?: Record<string, string>;
}

/** An exchange that asks for chat completions, planned over a provider of either dialect. */
function scene({ members = {}, headers = {} }: Scene = {}): { exchange: Exchange; request: FastifyRequest } {
  const exchange = anExchange({ endpoint: CHAT_COMPLETIONS });
  exchange.bundle = bundleWith(ROWS, policy({}));
  const body = { model: 'm', stream: true, messages: [{ role: 'user', content: 'hi' }], ...members };
  exchange.request = readChatRequest(Buffer.from(JSON.stringify(body)));
  exchange.plan = planOf(exchange.bundle, 'm', { adapters: ADAPTERS });
  exchange.reliability = readReliability(headers, exchange.bundle.routing.policy, LIMITS);
  return { exchange, request: { exchange, headers } as unknown as FastifyRequest };
}

/** The call that the handler makes for an attempt. */
async function callOf(request: FastifyRequest, exchange: Exchange, attempt: Attempt): Promise<UpstreamCall> {
  const calls: UpstreamCall[] = [];
  const relay = {
    attempt: (_request: unknown, _reply: unknown, _attempt: unknown, call: UpstreamCall) => {
      calls.push(call);
      return Promise.resolve({ kind: 'client_gone' });
    },
  };
  exchange.expectAttempt(attempt);
  const handler = new GenerationHandler(relay as unknown as UpstreamRelay);
  await handler.attempt(request, {} as FastifyReply, CHAT_COMPLETIONS, CHAT_DIALECT);
  const [call] = calls;
  if (call === undefined) throw new Error('a call was made');
  return call;
}

function attemptAt(exchange: Exchange, index: number, resumes = false): Attempt {
  const candidate = exchange.plan.candidates[index];
  if (candidate === undefined) throw new Error('there is such a candidate');
  const { control, limits } = anAttempt(candidate, index);
  return new Attempt(candidate, index, control, limits, resumes);
}

const CLAUDE = 0;
const SERVER = 1;
const chat = streamedDialect('openai-chat');

const claudeStream = (...texts: string[]): string =>
  [
    { type: 'message_start', message: { id: 'msg_1', model: 'm', content: [], usage: { input_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...texts.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
  ]
    .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
    .join('');
const claudeEnd = [
  { type: 'content_block_stop', index: 0 },
  { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
  { type: 'message_stop' },
]
  .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  .join('');

/** What a call's stream sends the client. */
function send(call: UpstreamCall, text: string): string {
  let sent = '';
  const stream = call.createStream((bytes) => void (sent += bytes.toString()), 'sse');
  stream.push(Buffer.from(text));
  stream.end();
  return sent;
}

describe('an attempt', () => {
  it('goes through unchanged where the candidate speaks the client’s dialect', async () => {
    const { exchange, request } = scene({ members: { unheard_of: 1 } });
    const call = await callOf(request, exchange, attemptAt(exchange, SERVER));
    expect(call).toMatchObject({ dialect: 'openai-chat', streams: true, delivery: 'streamed' });
    expect(call.body?.toString()).toContain('"unheard_of":1');
    expect(call.writeError).toBeUndefined();
    expect(exchange.modelRequest).toBeUndefined();
  });

  it('is translated where it does not, and says what was left out', async () => {
    const { exchange, request } = scene({ members: { seed: 7 } });
    const attempt = attemptAt(exchange, CLAUDE);
    const call = await callOf(request, exchange, attempt);
    expect(call).toMatchObject({
      dialect: 'anthropic-messages',
      streamContentType: 'text/event-stream; charset=utf-8',
    });
    expect(call.forwardedHeaders).toEqual([]);
    expect(JSON.parse(call.body?.toString() ?? '')).toMatchObject({ model: 'm', stream: true });
    expect(attempt.droppedFields).toEqual(['seed']);
    expect(send(call, claudeStream('Hello') + claudeEnd)).toMatch(/"content":"Hello".*\[DONE\]/s);
  });

  it('is refused rather than cut where the request is strict, by header or by body', async () => {
    for (const strict of [{ headers: { 'x-langwatch-strict': 'true' } }, { members: { drop_tuning_params: false } }]) {
      const { exchange, request } = scene({ ...strict, members: { ...strict.members, seed: 7 } });
      const refused = Promise.resolve().then(() => callOf(request, exchange, attemptAt(exchange, CLAUDE)));
      await expect(refused).rejects.toMatchObject({
        code: 'unsupported_parameter',
        detail: { meta: { param: 'seed' } },
      });
    }
  });
});

describe('a stream that others may go on with', () => {
  const resuming = (mode: string): Scene => ({ headers: { 'x-langwatch-resume': mode } });

  it('is translated even where the candidate speaks the client’s dialect, and otherwise not', async () => {
    const { exchange, request } = scene(resuming('continue'));
    const call = await callOf(request, exchange, attemptAt(exchange, SERVER));
    expect(call.writeError).toBeDefined();
    const whole = scene({ headers: { 'x-langwatch-resume': 'continue' }, members: { stream: false } });
    expect((await callOf(whole.request, whole.exchange, attemptAt(whole.exchange, SERVER))).writeError).toBeUndefined();
    const held = scene({ headers: { 'x-langwatch-resume': 'continue', 'x-langwatch-delivery': 'buffered' } });
    expect(await callOf(held.request, held.exchange, attemptAt(held.exchange, SERVER))).not.toHaveProperty('resumable');
  });

  it('is gone on with from what the client has, in one stream', async () => {
    const { exchange, request } = scene(resuming('continue'));
    const first = attemptAt(exchange, CLAUDE);
    const call = await callOf(request, exchange, first);
    const begun = send(call, claudeStream('Hello ', 'wor'));
    exchange.answeredBy(first);
    expect(call.resumable?.()).toBe(true);
    expect(call.goesOn).toBe(false);

    const second = await callOf(request, exchange, attemptAt(exchange, CLAUDE, true));
    expect(second.goesOn).toBe(true);
    const { messages } = JSON.parse(second.body?.toString() ?? '') as { messages: JsonObject[] };
    expect(messages.at(-1)).toMatchObject({ role: 'assistant' });
    expect(JSON.stringify(messages.at(-1))).toContain('Hello wor');
    const stream = begun + send(second, claudeStream('ld') + claudeEnd);
    expect(readStream(chat, stream).text).toBe('Hello world');
    expect(stream.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(exchange.resumable?.outcome).toBe('continued');
  });

  it('begins anew for an attempt of whose predecessor the client has seen nothing', async () => {
    const { exchange, request } = scene(resuming('continue'));
    send(await callOf(request, exchange, attemptAt(exchange, CLAUDE)), claudeStream('never seen'));
    const stream = send(
      await callOf(request, exchange, attemptAt(exchange, CLAUDE)),
      claudeStream('Hello') + claudeEnd,
    );
    expect(readStream(chat, stream).text).toBe('Hello');
    expect(stream).toMatch(/^data: \{.*"role":"assistant"/);
  });

  it('is that of the attempt that answers when two run at once', async () => {
    const { exchange, request } = scene(resuming('continue'));
    const first = attemptAt(exchange, CLAUDE);
    const hedge = attemptAt(exchange, SERVER);
    const call = await callOf(request, exchange, first);
    const begun = send(call, claudeStream('Hello '));
    send(await callOf(request, exchange, hedge), 'data: {"choices":[{"index":0,"delta":{"content":"Bye"}}]}\n\n');
    exchange.answeredBy(first);
    const second = await callOf(request, exchange, attemptAt(exchange, CLAUDE, true));
    expect(readStream(chat, begun + send(second, claudeStream('world') + claudeEnd)).text).toBe('Hello world');
  });

  it('is gone on with in the same stream by a provider that answers in one piece', async () => {
    const { exchange, request } = scene(resuming('continue'));
    const first = attemptAt(exchange, CLAUDE);
    const begun = send(await callOf(request, exchange, first), claudeStream('Hello '));
    exchange.answeredBy(first);
    const second = await callOf(request, exchange, attemptAt(exchange, CLAUDE, true));
    const answer = second.readAnswer(
      Buffer.from(
        JSON.stringify({
          id: 'msg_2',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [{ type: 'text', text: 'world' }],
          stop_reason: 'end_turn',
          usage: { input_tokens: 1, output_tokens: 1 },
        }),
      ),
    );
    expect(answer.whole).toBe(true);
    const stream = begun + answer.body.toString();
    expect(readStream(chat, stream).text).toBe('Hello world');
    expect(stream.match(/"role":"assistant"/g)).toHaveLength(1);
  });

  it('that a fresh answer contradicts is no answer', async () => {
    const { exchange, request } = scene(resuming('restart'));
    const first = attemptAt(exchange, CLAUDE);
    send(await callOf(request, exchange, first), claudeStream('Hello '));
    exchange.answeredBy(first);
    const second = await callOf(request, exchange, attemptAt(exchange, CLAUDE, true));
    const stream = second.createStream(() => undefined, 'sse');
    stream.push(Buffer.from(claudeStream('Goodbye')));
    expect(stream.error).toMatchObject({ code: 'upstream_mid_stream_failure' });
  });
});
