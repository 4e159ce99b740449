import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { AssistantPart } from '../../spec/part.js';
import { readAnswer } from './read-answer.js';

function partsOf(message: JsonObject, members: JsonObject = {}): readonly AssistantPart[] {
  return readAnswer({ id: 'chatcmpl-9', choices: [{ index: 0, message, finish_reason: 'stop' }], ...members }).parts;
}

describe('a chat answer', () => {
  it('is read with everything that it says about itself', () => {
    const logprob = { token: 'x', logprob: -0.1, bytes: [120], top_logprobs: [] };
    expect(
      readAnswer({
        id: 'chatcmpl-1',
        model: 'gpt-5-mini-2025',
        service_tier: 'default',
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content: 'x', refusal: null },
            finish_reason: 'stop',
            stop_reason: '###',
            logprobs: { content: [logprob] },
          },
        ],
        usage: { prompt_tokens: 10, completion_tokens: 2, prompt_tokens_details: { cached_tokens: 4 } },
      }),
    ).toMatchObject({
      id: 'chatcmpl-1',
      model: 'gpt-5-mini-2025',
      serviceTier: 'default',
      parts: [{ kind: 'text', text: 'x' }],
      finish: { reason: 'stop', raw: 'stop', stopSequence: '###' },
      logprobs: [logprob],
      usage: { inputTokens: 6, cacheReadTokens: 4, outputTokens: 2 },
    });
  });

  it('has its parts in the order in which they came to be', () => {
    expect(
      partsOf({
        content: 'x',
        reasoning_content: 'hm',
        refusal: 'no',
        images: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }],
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } }],
      }).map(({ kind }) => kind),
    ).toEqual(['reasoning', 'text', 'refusal', 'media', 'tool-call']);
  });

  it.each<[string, JsonObject, readonly object[]]>([
    ['no content', { content: null }, []],
    ['empty content', { content: '' }, []],
    [
      'content in parts, as Mistral gives it',
      {
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] },
          { type: 'text', text: 'x' },
          { type: 'reference', reference_ids: [1] },
        ],
      },
      [
        { kind: 'reasoning', text: 'hm' },
        { kind: 'text', text: 'x' },
      ],
    ],
    [
      'speech',
      { content: null, audio: { id: 'a', data: 'AAAA', transcript: 'hi', expires_at: 1 } },
      [
        { kind: 'text', text: 'hi' },
        { kind: 'media', medium: 'audio', source: { kind: 'data', mediaType: 'audio/wav', base64: 'AAAA' } },
      ],
    ],
    [
      'an image by address',
      { images: [{ image_url: { url: 'https://x/y.png' } }, { image_url: { url: 'data:broken' } }, 7] },
      [{ kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/y.png' } }],
    ],
    [
      'the reasoning of OpenRouter in both of its ways',
      {
        reasoning: 'hm',
        reasoning_details: [
          { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
        ],
      },
      [{ kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 's' } }],
    ],
    [
      'Google’s state on a tool call',
      {
        tool_calls: [
          { id: 'a', function: { name: 'f', arguments: '{}' }, extra_content: { google: { thought_signature: 's' } } },
        ],
      },
      [
        {
          kind: 'tool-call',
          callId: 'a',
          name: 'f',
          argumentsText: '{}',
          state: { family: 'gemini', data: 's' },
        },
      ],
    ],
    [
      'arguments as an object, and a call without an id',
      { tool_calls: [{ function: { name: 'f', arguments: { x: 1 } } }, { function: { name: 'g', arguments: null } }] },
      [
        { kind: 'tool-call', callId: 'call_chatcmpl-9_0', name: 'f', argumentsText: '{"x":1}' },
        { kind: 'tool-call', callId: 'call_chatcmpl-9_1', name: 'g', argumentsText: '' },
      ],
    ],
    [
      'a call of a custom tool',
      { tool_calls: [{ id: 'a', type: 'custom', custom: { name: 'f', input: 'free' } }] },
      [{ kind: 'tool-call', callId: 'a', name: 'f', argumentsText: 'free', freeText: true }],
    ],
    [
      'a call of a function, the predecessor of tools',
      { content: null, function_call: { name: 'f', arguments: '{}' } },
      [{ kind: 'tool-call', callId: 'call_chatcmpl-9_0', name: 'f', argumentsText: '{}' }],
    ],
    ['calls of nothing', { tool_calls: [{}, null, { function: {} }, { function: { name: '' } }] }, []],
  ])('with %s', (_title, message, parts) => {
    expect(partsOf(message)).toEqual(parts);
  });

  it('cites its sources', () => {
    const annotation = {
      type: 'url_citation',
      url_citation: { url: 'https://x', title: 'X', start_index: 0, end_index: 4, content: 'quoted' },
    };
    expect(partsOf({ content: 'text', annotations: [annotation, { type: 'file_citation' }] })).toEqual([
      {
        kind: 'text',
        text: 'text',
        citations: [
          {
            kind: 'url',
            url: 'https://x',
            title: 'X',
            quote: 'quoted',
            start: 0,
            end: 4,
            raw: { family: 'openai-chat', value: annotation },
          },
        ],
      },
    ]);
    expect(partsOf({ content: 'text [1]' }, { citations: ['https://y', 7] })).toMatchObject([
      { citations: [{ kind: 'url', url: 'https://y' }] },
    ]);
  });

  it.each([
    ['stop', 'stop'],
    ['eos', 'stop'],
    ['stop_sequence', 'stop'],
    ['length', 'length'],
    ['model_length', 'length'],
    ['MAX_TOKENS', 'length'],
    ['content_filter', 'content-filter'],
    ['tool_calls', 'tool-calls'],
    ['function_call', 'tool-calls'],
    ['whatever', 'other'],
  ])('that ends with %s ended for the reason %s', (word, reason) => {
    const body = { choices: [{ message: { content: 'x' }, finish_reason: word }] };
    expect(readAnswer(body).finish).toEqual({ reason, raw: word });
  });

  it('that calls tools waits for them, whatever word the vendor ends it with', () => {
    const message = { tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{}' } }] };
    const finishOf = (word: string | null): unknown =>
      readAnswer({ choices: [{ message, finish_reason: word }] }).finish.reason;
    expect([finishOf('stop'), finishOf(null), finishOf('length')]).toEqual(['tool-calls', 'tool-calls', 'length']);
  });

  it('is the first of several', () => {
    const choices = [
      { index: 1, message: { content: 'second' } },
      { index: 0, message: { content: 'first' } },
    ];
    expect(readAnswer({ choices }).parts).toEqual([{ kind: 'text', text: 'first' }]);
  });

  it.each<JsonObject>([
    {},
    { choices: [] },
    { choices: [null] },
    { choices: [{ finish_reason: 'stop' }] },
    { error: { message: 'x' } },
    { choices: [{ message: { content: 'half' }, finish_reason: 'error' }] },
    { choices: [{ message: { content: 'half' }, finish_reason: 'insufficient_system_resource' }] },
  ])('is not one: %j', (body) => {
    expect(() => readAnswer(body)).toThrow(AnswerUnreadableError);
  });

  it('is read or is not one, whatever is in it', () => {
    const json = fc.jsonValue({ maxDepth: 1, depthSize: 'xsmall' });
    const name = fc.constantFrom('type', 'text', 'url', 'image_url', 'function', 'custom', 'name', 'arguments', 'data');
    const list = fc.oneof(json, fc.array(fc.dictionary(name, json, { maxKeys: 4 }), { maxLength: 2 }));
    const message = fc.record({
      content: fc.oneof(json, list),
      refusal: json,
      reasoning_content: json,
      reasoning_details: list,
      annotations: fc.oneof(
        json,
        fc.array(fc.record({ url_citation: fc.dictionary(name, json, { maxKeys: 4 }) }), { maxLength: 2 }),
      ),
      images: list,
      audio: fc.oneof(json, fc.dictionary(name, json, { maxKeys: 4 })),
      tool_calls: list,
      function_call: json,
      extra_content: json,
    });
    const choice = fc.record({ index: json, message, finish_reason: json, logprobs: json });
    const body = fc.record({
      id: json,
      model: json,
      choices: fc.array(choice, { maxLength: 2 }),
      usage: json,
      citations: json,
    });
    fc.assert(
      fc.property(body, (answer) => {
        try {
          expect(readAnswer(answer as unknown as JsonObject).parts).toBeInstanceOf(Array);
        } catch (error) {
          expect(error).toBeInstanceOf(AnswerUnreadableError);
        }
      }),
      { numRuns: 200 },
    );
  });
});
