import { describe, expect, it } from 'vitest';
import type { AnswerContext } from '../../spec/codec.js';
import type { Finish, ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import type { Usage } from '../../spec/usage.js';
import { readAnswer } from './read-answer.js';
import { readRequest } from './read-request.js';
import { writeAnswer } from './write-answer.js';

const CONTEXT: AnswerContext = {
  fallbackId: 'req_1',
  model: 'fast',
  createdAtSeconds: 1_700_000_000,
  request: { streams: false, messages: [], tools: [], parameters: {}, unknownNames: [] },
  reportsStreamUsage: false,
  dropped: [],
};
const USAGE: Usage = {
  inputTokens: 10,
  outputTokens: 7,
  cacheReadTokens: 20,
  cacheWriteTokens: 30,
  cacheWrite1hTokens: 5,
  reasoningTokens: 3,
  inputAudioTokens: 1,
  outputAudioTokens: 2,
};

function write(parts: readonly AssistantPart[], answer: Partial<ModelAnswer> = {}, context = CONTEXT): unknown {
  return writeAnswer({ parts, finish: { reason: 'stop' }, usage: undefined, ...answer }, context);
}

function messageOf(parts: readonly AssistantPart[]): unknown {
  return (write(parts) as { choices: readonly { message: unknown }[] }).choices[0]?.message;
}

function finishOf(finish: Finish, parts: readonly AssistantPart[] = []): unknown {
  return (write(parts, { finish }) as { choices: readonly { finish_reason: unknown }[] }).choices[0]?.finish_reason;
}

const CALL: AssistantPart = { kind: 'tool-call', callId: 'a', name: 'f', argumentsText: '{"x":1}' };

describe('an answer for a chat client', () => {
  it('has every member that OpenAI’s type demands', () => {
    expect(write([{ kind: 'text', text: 'hi' }], { usage: USAGE, serviceTier: 'flex' })).toEqual({
      id: 'chatcmpl-req_1',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'fast',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: 61,
        completion_tokens: 9,
        total_tokens: 70,
        prompt_tokens_details: { cached_tokens: 20, cache_write_tokens: 30, audio_tokens: 1 },
        completion_tokens_details: {
          reasoning_tokens: 3,
          audio_tokens: 2,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
      service_tier: 'flex',
    });
  });

  it('keeps the vendor’s id, and says no usage when the vendor said none', () => {
    const answer = write([], { id: 'msg_1' });
    expect(answer).toMatchObject({ id: 'msg_1' });
    expect(answer).not.toHaveProperty('usage');
  });

  it('tells sorted what could not be carried', () => {
    expect(write([], {}, { ...CONTEXT, dropped: ['seed', 'n'] })).toMatchObject({
      extra_fields: { params_dropped: ['n', 'seed'] },
    });
  });

  it.each<[string, readonly AssistantPart[], object]>([
    ['nothing', [], { content: '', refusal: null }],
    [
      'texts as one',
      [
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'b' },
      ],
      { content: 'ab', refusal: null },
    ],
    ['a refusal', [{ kind: 'refusal', text: 'no' }], { content: null, refusal: 'no' }],
    [
      'tool calls',
      [CALL, { kind: 'tool-call', callId: 'b', name: 'g', argumentsText: 'free', freeText: true }],
      {
        content: null,
        refusal: null,
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
          { id: 'b', type: 'custom', custom: { name: 'g', input: 'free' } },
        ],
      },
    ],
    [
      'reasoning without a state',
      [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'x' },
      ],
      { content: 'x', refusal: null, reasoning_content: 'hm' },
    ],
    [
      'an image',
      [{ kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AAAA' } }],
      {
        content: '',
        refusal: null,
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
      },
    ],
    [
      'speech',
      [
        { kind: 'text', text: 'hi' },
        { kind: 'media', medium: 'audio', source: { kind: 'data', mediaType: 'audio/wav', base64: 'AAAA' } },
      ],
      {
        content: null,
        refusal: null,
        audio: { id: 'audio_req_1', data: 'AAAA', expires_at: 1_700_000_000, transcript: 'hi' },
      },
    ],
  ])('has the message for %s', (_title, parts, message) => {
    expect(messageOf(parts)).toEqual({ role: 'assistant', ...message });
  });

  it('cites with ranges of the whole text', () => {
    const raw = { family: 'anthropic', value: {} };
    expect(
      messageOf([
        { kind: 'text', text: 'abc' },
        {
          kind: 'text',
          text: 'defg',
          citations: [
            { kind: 'url', url: 'https://x', title: 'X', start: 1, end: 2, raw },
            { kind: 'url', url: 'https://y', raw },
            { kind: 'document', title: 'not in chat', raw },
          ],
        },
      ]),
    ).toMatchObject({
      annotations: [
        { type: 'url_citation', url_citation: { start_index: 4, end_index: 5, title: 'X', url: 'https://x' } },
        { type: 'url_citation', url_citation: { start_index: 3, end_index: 7, title: 'https://y', url: 'https://y' } },
      ],
    });
  });

  it.each<[Finish['reason'], readonly AssistantPart[], string]>([
    ['stop', [], 'stop'],
    ['stop', [CALL], 'tool_calls'],
    ['length', [CALL], 'length'],
    ['tool-calls', [CALL], 'tool_calls'],
    ['content-filter', [], 'content_filter'],
    ['refusal', [], 'content_filter'],
    ['refusal', [{ kind: 'refusal', text: 'no' }], 'stop'],
    ['pause', [], 'stop'],
    ['other', [], 'stop'],
  ])('that ended for %s with %j ends with %s', (reason, parts, word) => {
    expect(finishOf({ reason }, parts)).toBe(word);
  });

  const states: readonly ProviderState[] = [
    { family: 'anthropic', data: 'sig' },
    { family: 'anthropic', data: 'enc', redacted: true },
    { family: 'openai', id: 'rs_1', data: 'enc' },
    { family: 'openai', data: 'enc' },
    { family: 'gemini', data: 'thought' },
    { family: 'x-acme', id: 'i', data: 'own' },
  ];
  const sendBack = (parts: readonly AssistantPart[]): unknown =>
    readRequest({ messages: [messageOf(parts) as never] }).messages[0]?.parts;

  it.each(states)('gives back the state %j when the client sends its message', (state) => {
    const shown: AssistantPart = { kind: 'reasoning', text: 'hm', state };
    const hidden: AssistantPart = { kind: 'reasoning', text: '', state };
    const said: AssistantPart = { kind: 'text', text: 'x' };
    expect(sendBack([shown, hidden, shown, said])).toEqual([shown, hidden, shown, said]);
    expect(sendBack([{ ...CALL, state }])).toEqual([{ ...CALL, state }]);
    // A text has no place for it: it comes back as reasoning that is not shown, just before the text.
    expect(sendBack([{ ...said, state }])).toEqual([hidden, said]);
  });

  it('says the same to a reader of answers', () => {
    const answer: ModelAnswer = {
      id: 'chatcmpl-1',
      model: 'fast',
      parts: [
        { kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 'sig' } },
        { kind: 'text', text: 'Grüße 👋' },
        { kind: 'refusal', text: 'no' },
        { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
        CALL,
      ],
      finish: { reason: 'tool-calls', raw: 'tool_calls' },
      usage: { ...USAGE, cacheWrite1hTokens: undefined },
      logprobs: [{ token: 'x' }],
      serviceTier: 'default',
    };
    expect(readAnswer(writeAnswer(answer, CONTEXT))).toEqual(answer);
  });
});
