import { describe, expect, it } from 'vitest';
import { readState } from '../../hub/state-envelope.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish, ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart } from '../../spec/part.js';
import type { ReasoningRequest } from '../../spec/model-request.js';
import { geminiInbound } from './gemini-inbound.js';
import { readGeminiAnswer } from './read-answer.js';

function context(reasoning?: ReasoningRequest): AnswerContext {
  return {
    fallbackId: 'made-up',
    model: 'fast',
    createdAtSeconds: 0,
    request: {
      streams: false,
      messages: [],
      tools: [],
      parameters: reasoning === undefined ? {} : { reasoning },
      unknownNames: [],
    },
    reportsStreamUsage: false,
    dropped: [],
  };
}

function write(answer: Partial<ModelAnswer>, reasoning?: ReasoningRequest): JsonObject {
  const whole: ModelAnswer = { parts: [], finish: { reason: 'stop' }, usage: undefined, ...answer };
  return geminiInbound.writeAnswer(whole, context(reasoning));
}

function candidate(answer: Partial<ModelAnswer>, reasoning?: ReasoningRequest): JsonObject {
  return (write(answer, reasoning)['candidates'] as JsonObject[])[0] ?? {};
}

function parts(list: AssistantPart[], reasoning?: ReasoningRequest): unknown {
  return (candidate({ parts: list }, reasoning)['content'] as JsonObject)['parts'];
}

const SIGNED = { family: 'anthropic' as const, data: 'sig' };

describe('an answer in the shape of Gemini', () => {
  it('has parts, finish, usage, the id of the vendor and the model that the client asked for', () => {
    const usage = {
      inputTokens: 1,
      outputTokens: 5,
      cacheReadTokens: 2,
      cacheWriteTokens: 3,
      cacheWrite1hTokens: undefined,
      reasoningTokens: 4,
      inputAudioTokens: undefined,
      outputAudioTokens: undefined,
    };
    const call: AssistantPart = { kind: 'tool-call', callId: 'toolu_1', name: 'f', argumentsText: '{"a":1}' };
    const finish: Finish = { reason: 'tool-calls', raw: 'tool_use' };
    expect(write({ id: 'msg_1', model: 'claude', parts: [{ kind: 'text', text: 'hi' }, call], finish, usage })).toEqual(
      {
        candidates: [
          {
            content: {
              role: 'model',
              parts: [{ text: 'hi' }, { functionCall: { id: 'toolu_1', name: 'f', args: { a: 1 } } }],
            },
            finishReason: 'STOP',
            index: 0,
          },
        ],
        usageMetadata: {
          promptTokenCount: 6,
          candidatesTokenCount: 1,
          thoughtsTokenCount: 4,
          cachedContentTokenCount: 2,
          totalTokenCount: 11,
        },
        modelVersion: 'fast',
        responseId: 'msg_1',
      },
    );
    expect(write({})).toMatchObject({ responseId: 'made-up' });
    expect(write({})).not.toHaveProperty('usageMetadata');
  });

  it.each([
    [{ reason: 'stop', raw: 'end_turn' }, 'STOP'],
    [{ reason: 'length', raw: 'max_tokens' }, 'MAX_TOKENS'],
    [{ reason: 'content-filter' }, 'SAFETY'],
    [{ reason: 'content-filter', raw: 'RECITATION' }, 'RECITATION'],
    [{ reason: 'refusal' }, 'SAFETY'],
    [{ reason: 'pause' }, 'OTHER'],
    [{ reason: 'other', raw: 'LANGUAGE' }, 'LANGUAGE'],
    [{ reason: 'other', raw: 'STOP' }, 'OTHER'],
  ] as const)('that ended with %j ends with %s', (finish, expected) => {
    expect(candidate({ finish })['finishReason']).toBe(expected);
  });

  it('shows thoughts to clients that ask for them, with their signature', () => {
    const reasoning: AssistantPart = { kind: 'reasoning', text: 'hm', state: SIGNED };
    const [thought, text] = parts([reasoning, { kind: 'text', text: 'a' }], { visible: true }) as JsonObject[];
    expect(thought).toMatchObject({ text: 'hm', thought: true });
    expect(readState(String(thought?.['thoughtSignature']), 'gemini')).toEqual(SIGNED);
    expect(text).toEqual({ text: 'a' });
  });

  it('keeps the state of hidden or empty reasoning on the part behind it', () => {
    for (const [text, reasoning] of [
      ['hm', undefined],
      ['', { visible: true }],
    ] as const) {
      const written = parts(
        [
          { kind: 'reasoning', text, state: SIGNED },
          { kind: 'text', text: 'a' },
        ],
        reasoning,
      ) as JsonObject[];
      expect(written).toHaveLength(1);
      expect(written[0]).toMatchObject({ text: 'a' });
      expect(readState(String(written[0]?.['thoughtSignature']), 'gemini')).toEqual(SIGNED);
    }
  });

  it('loses no state when there are two of them, or none behind', () => {
    const gemini = (data: string) => ({ family: 'gemini' as const, data });
    expect(
      parts([
        { kind: 'reasoning', text: '', state: gemini('a') },
        { kind: 'reasoning', text: '', state: gemini('b') },
        { kind: 'text', text: 'x', state: gemini('c') },
        { kind: 'reasoning', text: '', state: gemini('d') },
      ]),
    ).toEqual([
      { text: '', thoughtSignature: 'a' },
      { text: '', thoughtSignature: 'b' },
      { text: 'x', thoughtSignature: 'c' },
      { text: '', thoughtSignature: 'd' },
    ]);
  });

  it('never makes up arguments: a call without an object is told as malformed', () => {
    const broken: AssistantPart = { kind: 'tool-call', callId: '1', name: 'f', argumentsText: '{"a":' };
    expect(candidate({ parts: [broken], finish: { reason: 'tool-calls' } })).toMatchObject({
      content: { parts: [] },
      finishReason: 'MALFORMED_FUNCTION_CALL',
    });
    expect(candidate({ parts: [broken], finish: { reason: 'length' } })['finishReason']).toBe('MAX_TOKENS');
    expect(parts([{ ...broken, argumentsText: '' } as AssistantPart])).toMatchObject([{ functionCall: { args: {} } }]);
  });

  it('writes refusals as text, media as they are, and nothing of what other dialects alone know', () => {
    expect(
      parts([
        { kind: 'refusal', text: 'no' },
        { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AA==' } },
        { kind: 'media', medium: 'image', source: { kind: 'url', url: 'https://a.example/x' } },
        { kind: 'unknown', type: 'server_tool_use', value: {} },
      ]),
    ).toEqual([
      { text: 'no' },
      { inlineData: { mimeType: 'image/png', data: 'AA==' } },
      { fileData: { fileUri: 'https://a.example/x' } },
    ]);
  });

  it('cites with ranges in bytes, each source once', () => {
    const raw = { family: 'openai', value: {} };
    const url = { kind: 'url' as const, url: 'https://a.example', title: 'A', raw };
    const answer = write({
      parts: [
        { kind: 'text', text: 'ä', citations: [{ kind: 'document', title: 'B', quote: 'q', raw }] },
        { kind: 'text', text: 'Größe', citations: [{ ...url, start: 3, end: 5 }, url] },
      ],
    });
    expect(answer['candidates']).toMatchObject([
      {
        groundingMetadata: {
          groundingChunks: [
            { retrievedContext: { title: 'B', text: 'q' } },
            { web: { uri: 'https://a.example', title: 'A' } },
          ],
          groundingSupports: [
            { segment: { startIndex: 0, endIndex: 2, text: 'ä' }, groundingChunkIndices: [0] },
            { segment: { partIndex: 1, startIndex: 4, endIndex: 7, text: 'ße' }, groundingChunkIndices: [1] },
            { segment: { partIndex: 1, startIndex: 0, endIndex: 7, text: 'Größe' }, groundingChunkIndices: [1] },
          ],
        },
      },
    ]);
  });

  it("is the same again after Google's own answer was read and written", () => {
    const body: JsonObject = {
      candidates: [
        {
          content: {
            parts: [
              { text: 'hm', thought: true, thoughtSignature: 'c2ln' },
              { text: 'Größe' },
              { functionCall: { id: 'c', name: 'f', args: {} }, thoughtSignature: 'c2ln' },
            ],
            role: 'model',
          },
          finishReason: 'STOP',
          index: 0,
          groundingMetadata: {
            groundingChunks: [{ web: { uri: 'https://a.example', title: 'A', domain: 'a.example' } }],
            groundingSupports: [
              { segment: { partIndex: 1, startIndex: 2, endIndex: 7, text: 'öße' }, groundingChunkIndices: [0] },
            ],
          },
          logprobsResult: {
            chosenCandidates: [{ token: 'a', logProbability: -1 }],
            topCandidates: [{ candidates: [{ token: 'b', logProbability: -2 }] }],
          },
        },
      ],
      usageMetadata: { promptTokenCount: 6, candidatesTokenCount: 1, thoughtsTokenCount: 4, totalTokenCount: 11 },
      modelVersion: 'fast',
      responseId: 'r',
    };
    expect(geminiInbound.writeAnswer(readGeminiAnswer(body), context({ visible: true }))).toEqual(body);
  });
});
