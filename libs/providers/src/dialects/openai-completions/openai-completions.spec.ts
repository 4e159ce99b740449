import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import { RequestUnreadableError } from '../../spec/loss-report.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Usage } from '../../spec/usage.js';
import { readCompletionsRequest } from './completions-request.js';
import { openAiCompletionsInbound } from './openai-completions-inbound.js';
import { openAiCompletionsStraight } from './openai-completions-straight.js';

const CONTEXT: AnswerContext = {
  fallbackId: 'req_1',
  model: 'fast',
  createdAtSeconds: 1_700_000_000,
  request: { streams: false, messages: [], tools: [], parameters: {}, unknownNames: [] },
  reportsStreamUsage: false,
  dropped: [],
};
const USAGE: Usage = {
  inputTokens: 3,
  outputTokens: 2,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  cacheWrite1hTokens: undefined,
  reasoningTokens: undefined,
  inputAudioTokens: undefined,
  outputAudioTokens: undefined,
};
const EVENTS: readonly ModelEvent[] = [
  { kind: 'answer-start', id: 'msg_1' },
  { kind: 'reasoning-delta', part: 0, text: 'hm' },
  { kind: 'text-delta', part: 1, text: 'He' },
  { kind: 'text-delta', part: 1, text: '' },
  { kind: 'refusal-delta', part: 2, text: 'no' },
  { kind: 'finish', finish: { reason: 'length' } },
  { kind: 'usage', usage: USAGE },
];

function problemOf(body: JsonObject): string {
  try {
    openAiCompletionsInbound.readRequest(body);
  } catch (error) {
    if (error instanceof RequestUnreadableError) return `${error.field}: ${error.problem}`;
    throw error;
  }
  return 'none';
}

function writeStream(context: AnswerContext): string {
  const writer = openAiCompletionsInbound.createStreamWriter(context);
  return EVENTS.map((event) => writer.write(event)).join('') + writer.end();
}

describe('legacy completions on a straight wire', () => {
  it('go up byte for byte but for the model and the usage of the stream', () => {
    const request = readCompletionsRequest(Buffer.from('{"prompt" : "a", "model":"m","stream":true,"max_tokens":7}'));
    expect(request).toMatchObject({ model: 'm', streams: true, maxOutputTokens: 7 });
    expect(openAiCompletionsStraight.encode(request, 'n').toString()).toBe(
      '{"stream_options":{"include_usage":true},"prompt" : "a", "model":"n","stream":true,"max_tokens":7}',
    );
  });

  it('count the chunks that carry text, and withhold the usage that only we asked for', () => {
    const tap = openAiCompletionsStraight.createTap(readCompletionsRequest(Buffer.from('{"stream":true}')));
    const verdicts = [
      '{"choices":[{"text":"x","index":0,"logprobs":null,"finish_reason":null}]}',
      '{"choices":[{"text":"","index":0,"finish_reason":"stop"}]}',
      '{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}',
    ].map((chunk) => tap.onEvent(Buffer.from(`data: ${chunk}\n\n`)));
    expect(verdicts).toEqual(['keep', 'keep', 'withhold']);
    expect(tap.facts).toMatchObject({ deltas: 1, complete: true, usage: { inputTokens: 1 } });
  });

  it('are whole when they have a choice', () => {
    const whole = (text: string): boolean => openAiCompletionsStraight.readAnswer(Buffer.from(text)).whole;
    expect(whole('{"choices":[{"text":""}]}')).toBe(true);
    expect(whole('{"choices":[]}')).toBe(false);
    expect(whole('{"error":{"message":"x"}}')).toBe(false);
  });
});

describe('a legacy completions request for another dialect', () => {
  it.each(['a', ['a']])('is one message of the user: %j', (prompt) => {
    const request = openAiCompletionsInbound.readRequest({
      model: 'm',
      prompt,
      max_tokens: 5,
      stop: 'x',
      n: 1,
      suffix: null,
      echo: false,
      best_of: 1,
      logprobs: null,
      zebra: 1,
    });
    expect(request).toEqual({
      streams: false,
      messages: [{ role: 'user', parts: [{ kind: 'text', text: 'a' }] }],
      tools: [],
      parameters: { maxOutputTokens: 5, stop: ['x'], candidateCount: 1 },
      unknownNames: ['zebra'],
    });
  });

  it.each<[JsonObject, string]>([
    [{}, 'prompt: must be a string'],
    [{ prompt: [] }, 'prompt: must not be empty'],
    [{ prompt: [1, 2] }, 'prompt: holds tokens, whose meaning depends on the model; send text'],
    [{ prompt: [[1, 2]] }, 'prompt: holds tokens, whose meaning depends on the model; send text'],
    [{ prompt: ['a', 'b'] }, 'prompt: holds several prompts, of which this model answers one at a time'],
    [{ prompt: [{}] }, 'prompt: must be a string or a list of strings'],
    [{ prompt: 'a', suffix: 'b' }, 'suffix: needs a model that fills in text'],
    [{ prompt: 'a', echo: true }, 'echo: cannot be done by a model that answers'],
    [{ prompt: 'a', best_of: 2 }, 'best_of: must be 1 for this model'],
    [{ prompt: 'a', logprobs: 3 }, 'logprobs: cannot be given for this model in the shape of legacy completions'],
    [{ prompt: 'a', max_tokens: 'x' }, 'max_tokens: must be an integer'],
  ])('is refused with clear words: %j', (body, problem) => {
    expect(problemOf(body)).toBe(problem);
  });

  it('is refused in no other way, whatever is in it', () => {
    const json = fc.jsonValue({ maxDepth: 2, depthSize: 'xsmall' });
    const names = ['prompt', 'suffix', 'echo', 'best_of', 'logprobs', 'max_tokens', 'stop', 'n', 'x'];
    const body = fc.record(Object.fromEntries(names.map((name) => [name, json])), { requiredKeys: [] });
    fc.assert(
      fc.property(body, (members) => {
        expect(problemOf(members as JsonObject)).toBeTypeOf('string');
      }),
    );
  });
});

describe('an answer as a legacy completion', () => {
  it('is its words', () => {
    const answer = openAiCompletionsInbound.writeAnswer(
      {
        parts: [
          { kind: 'reasoning', text: 'hm' },
          { kind: 'text', text: 'He' },
          { kind: 'text', text: 'llo' },
          { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{}' },
        ],
        finish: { reason: 'tool-calls' },
        usage: USAGE,
      },
      { ...CONTEXT, dropped: ['seed'] },
    );
    expect(answer).toMatchObject({
      id: 'cmpl-req_1',
      object: 'text_completion',
      created: 1_700_000_000,
      model: 'fast',
      choices: [{ text: 'Hello', index: 0, logprobs: null, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
      extra_fields: { params_dropped: ['seed'] },
    });
  });

  it('streams as text, finish and end', () => {
    const head = '{"id":"msg_1","object":"text_completion","created":1700000000,"model":"fast","choices":[';
    expect(writeStream(CONTEXT)).toBe(
      `data: ${head}{"text":"He","index":0,"logprobs":null,"finish_reason":null}]}\n\n` +
        `data: ${head}{"text":"no","index":0,"logprobs":null,"finish_reason":null}]}\n\n` +
        `data: ${head}{"text":"","index":0,"logprobs":null,"finish_reason":"length"}]}\n\n` +
        'data: [DONE]\n\n',
    );
  });

  it('is read by OpenAI’s SDK, usage included', async () => {
    const text = writeStream({ ...CONTEXT, reportsStreamUsage: true });
    const client = new OpenAI({
      apiKey: 'none',
      fetch: () => Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } })),
    });
    let said = '';
    let total: number | undefined;
    for await (const chunk of await client.completions.create({ model: 'fast', prompt: 'a', stream: true })) {
      said += chunk.choices[0]?.text ?? '';
      total = chunk.usage?.total_tokens;
    }
    expect([said, total]).toEqual(['Heno', 5]);
  });

  it('that fails ends with an error event and no terminal marker', () => {
    const writer = openAiCompletionsInbound.createStreamWriter(CONTEXT);
    const text =
      writer.write({ kind: 'text-delta', part: 0, text: 'x' }) +
      writer.write({ kind: 'error', error: { kind: 'server', status: 502, message: 'cut' } }) +
      writer.write({ kind: 'finish', finish: { reason: 'stop' } }) +
      writer.end();
    expect(text.split('\n\n')[1]).toBe(
      'event: error\ndata: {"type":"error","error":{"message":"cut","type":"server_error","param":null,"code":null}}',
    );
    expect(text).not.toContain('[DONE]');
  });
});
