import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeState } from '../../hub/state-envelope.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart } from '../../spec/part.js';
import { anthropicMessagesInbound } from './anthropic-messages-inbound.js';
import { anthropicMessagesProvider } from './anthropic-messages-provider.js';
import { anAnswerContext } from './testing/contexts.js';

const MESSAGE: JsonObject = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-opus-5',
  content: [
    { type: 'thinking', thinking: 'hm', signature: 's' },
    { type: 'redacted_thinking', data: 'd' },
    { type: 'text', text: 'a', citations: [{ type: 'char_location', document_title: 'D', cited_text: 'q' }] },
    { type: 'tool_use', id: 'toolu_1', name: 'f', input: { x: 1 } },
  ],
  stop_reason: 'tool_use',
  stop_sequence: null,
  usage: { input_tokens: 1, output_tokens: 2, service_tier: 'standard' },
};

function write(answer: Partial<ModelAnswer>): JsonObject {
  return anthropicMessagesInbound.writeAnswer(
    { parts: [], finish: { reason: 'stop' }, usage: undefined, ...answer },
    anAnswerContext(),
  );
}

function contentOf(...parts: readonly AssistantPart[]): unknown {
  return write({ parts })['content'];
}

describe('a whole Messages answer', () => {
  it('is read with everything that the hub has a word for, in order', () => {
    const use = { type: 'server_tool_use', id: 'srv', name: 'web_search', input: {} };
    const content = [...(MESSAGE['content'] as JsonObject[]), use];
    expect(anthropicMessagesProvider.readAnswer({ ...MESSAGE, content })).toEqual({
      id: 'msg_1',
      model: 'claude-opus-5',
      parts: [
        { kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 's' } },
        { kind: 'reasoning', text: '', state: { family: 'anthropic', data: 'd', redacted: true } },
        {
          kind: 'text',
          text: 'a',
          citations: [
            {
              kind: 'document',
              title: 'D',
              quote: 'q',
              raw: { family: 'anthropic', value: { type: 'char_location', document_title: 'D', cited_text: 'q' } },
            },
          ],
        },
        { kind: 'tool-call', callId: 'toolu_1', name: 'f', argumentsText: '{"x":1}' },
        { kind: 'unknown', type: 'server_tool_use', value: use },
      ],
      finish: { reason: 'tool-calls', raw: 'tool_use' },
      usage: expect.objectContaining({ inputTokens: 1, outputTokens: 2 }),
      serviceTier: 'standard',
    });
  });

  it('comes out with the same content as it went in', () => {
    const written = anthropicMessagesInbound.writeAnswer(
      anthropicMessagesProvider.readAnswer(MESSAGE),
      anAnswerContext({ model: 'claude-opus-5' }),
    );
    const { usage, ...rest } = MESSAGE;
    expect(written).toMatchObject(rest);
    expect(written['usage']).toMatchObject({ input_tokens: 1, output_tokens: 2 });
    expect(usage).toBeDefined();
  });

  it.each([{}, { type: 'error', error: {} }, { type: 'message' }, { type: 'message', content: 'a' }])(
    'is not read from what is no message: %j',
    (body) => {
      expect(() => anthropicMessagesProvider.readAnswer(body)).toThrow(AnswerUnreadableError);
    },
  );

  it('fails in no other way, whatever the content is', () => {
    const names = fc.constantFrom('type', 'text', 'thinking', 'signature', 'data', 'id', 'name', 'input', 'citations');
    const values = fc.oneof(fc.constantFrom('text', 'thinking', 'redacted_thinking', 'tool_use'), fc.jsonValue());
    const block = fc.oneof(fc.dictionary(names, values), fc.jsonValue());
    fc.assert(
      fc.property(fc.array(block, { maxLength: 4 }), fc.jsonValue(), (content, other) => {
        const body = { type: 'message', content, usage: other, stop_reason: other, id: other };
        const answer = anthropicMessagesProvider.readAnswer(JSON.parse(JSON.stringify(body)) as JsonObject);
        expect(write(answer)).toMatchObject({ type: 'message', role: 'assistant' });
      }),
    );
  });
});

describe('a whole answer for a Messages client', () => {
  it('has the model that the client asked for, an id, and zeros for what is not known', () => {
    expect(write({})).toEqual({
      id: 'msg_abc',
      type: 'message',
      role: 'assistant',
      model: 'asked-for',
      content: [],
      stop_reason: 'end_turn',
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        input_tokens: 0,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        output_tokens: 0,
        output_tokens_details: null,
        server_tool_use: null,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
      },
    });
  });

  it('counts sound with the rest, and keeps what was cached apart', () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 20,
      cacheReadTokens: 5,
      cacheWriteTokens: 7,
      cacheWrite1hTokens: 7,
      reasoningTokens: 4,
      inputAudioTokens: 1,
      outputAudioTokens: 2,
    };
    expect(write({ usage })['usage']).toMatchObject({
      input_tokens: 11,
      output_tokens: 22,
      cache_read_input_tokens: 5,
      cache_creation_input_tokens: 7,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 7 },
      output_tokens_details: { thinking_tokens: 4 },
    });
  });

  it('has an object for the input of a tool, whatever the model wrote', () => {
    const call = { kind: 'tool-call', callId: 'c', name: 'f' } as const;
    expect(
      contentOf(
        { ...call, argumentsText: '' },
        { ...call, argumentsText: '{"a"' },
        { ...call, callId: '', argumentsText: '{}' },
      ),
    ).toEqual([
      { type: 'tool_use', id: 'c', name: 'f', input: {} },
      { type: 'tool_use', id: 'c', name: 'f', input: { INVALID_JSON: '{"a"' } },
      { type: 'tool_use', id: 'toolu_lwgw_msg_abc_2', name: 'f', input: {} },
    ]);
  });

  it('carries states of other families where the client gives them back', () => {
    const state = { family: 'gemini', data: 'g' } as const;
    const signature = writeState(state, 'anthropic');
    expect(
      contentOf(
        { kind: 'reasoning', text: 'hm', state },
        { kind: 'reasoning', text: 'unsigned' },
        { kind: 'reasoning', text: '' },
        { kind: 'text', text: 'a', state },
        { kind: 'tool-call', callId: 'c', name: 'f', argumentsText: '{}', state },
      ),
    ).toEqual([
      { type: 'thinking', thinking: 'hm', signature },
      { type: 'thinking', thinking: 'unsigned', signature: '' },
      { type: 'thinking', thinking: '', signature },
      { type: 'text', text: 'a' },
      { type: 'thinking', thinking: '', signature },
      { type: 'tool_use', id: 'c', name: 'f', input: {} },
    ]);
  });

  it('says in words what a message cannot hold, and leaves out what means nothing here', () => {
    expect(
      contentOf(
        { kind: 'refusal', text: 'no' },
        { kind: 'text', text: '' },
        { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AA' } },
        { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://x/y.png' } },
        { kind: 'unknown', type: 'web_search_call', value: {} },
      ),
    ).toEqual([
      { type: 'text', text: 'no' },
      { type: 'text', text: '[image/png]' },
      { type: 'text', text: 'https://x/y.png' },
    ]);
    expect(write({ parts: [{ kind: 'refusal', text: 'no' }] })['stop_reason']).toBe('refusal');
  });

  it('brings a state of another family back to it through the next request of the client', () => {
    const state = { family: 'openai', id: 'rs_1', data: 'e' } as const;
    const content = contentOf({ kind: 'reasoning', text: '', state }) as JsonObject[];
    const request = anthropicMessagesInbound.readRequest({
      messages: [
        { role: 'user', content: 'hi' },
        { role: 'assistant', content },
      ],
    });
    expect(request.messages[1]).toEqual({ role: 'assistant', parts: [{ kind: 'reasoning', text: '', state }] });
  });
});
