import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import { geminiProvider } from './gemini-provider.js';

function read(candidate: JsonObject, more: JsonObject = {}): ModelAnswer {
  return geminiProvider.readAnswer({ candidates: [candidate], ...more });
}

function ofParts(...parts: JsonObject[]): ModelAnswer['parts'] {
  return read({ content: { role: 'model', parts }, finishReason: 'STOP' }, { responseId: 'r-1' }).parts;
}

describe('a Gemini answer', () => {
  it('is read whole: parts in order, id, model, finish and usage', () => {
    const answer = read(
      {
        content: {
          role: 'model',
          parts: [
            { text: 'let me', thought: true },
            { text: ' see', thought: true },
            { text: 'Looking.' },
            { functionCall: { id: 'x1', name: 'look', args: { at: 1 } }, thoughtSignature: 'c2ln' },
            { inlineData: { mimeType: 'image/png', data: 'AA==' } },
          ],
        },
        finishReason: 'STOP',
        index: 0,
      },
      {
        usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 6, serviceTier: 'flex' },
        modelVersion: 'gemini-2.5-pro-002',
        responseId: 'abc',
      },
    );
    expect(answer).toMatchObject({
      id: 'abc',
      model: 'gemini-2.5-pro-002',
      serviceTier: 'flex',
      finish: { reason: 'tool-calls', raw: 'STOP' },
      usage: { inputTokens: 4, outputTokens: 6 },
      parts: [
        { kind: 'reasoning', text: 'let me see' },
        { kind: 'text', text: 'Looking.' },
        {
          kind: 'tool-call',
          callId: 'x1',
          name: 'look',
          argumentsText: '{"at":1}',
          state: { family: 'gemini', data: 'c2ln' },
        },
        { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/png', base64: 'AA==' } },
      ],
    });
  });

  it('gives calls without an id one that is unique in the conversation', () => {
    const ids = ofParts({ functionCall: { name: 'f' } }, { functionCall: { name: 'f', args: {} } }).map((part) =>
      part.kind === 'tool-call' ? part.callId : '',
    );
    expect(ids).toEqual(['call_r-1_0', 'call_r-1_1']);
    const long = read(
      { content: { parts: [{ functionCall: { name: 'f' } }] }, finishReason: 'STOP' },
      { responseId: 'ü/'.repeat(100) },
    ).parts[0];
    expect(long?.kind === 'tool-call' && /^[A-Za-z0-9_-]{1,64}$/.test(long.callId)).toBe(true);
  });

  it('keeps code that Google ran, and skips what is no part', () => {
    const code = { executableCode: { code: '1' } };
    expect(ofParts(code, { text: '' }, { inlineData: { mimeType: 'image/png' } }, {})).toEqual([
      { kind: 'unknown', type: 'executableCode', value: code },
      { kind: 'unknown', type: 'inlineData', value: { inlineData: { mimeType: 'image/png' } } },
    ]);
  });

  it.each([
    ['STOP', 'stop'],
    ['MAX_TOKENS', 'length'],
    ['SAFETY', 'content-filter'],
    ['RECITATION', 'content-filter'],
    ['BLOCKLIST', 'content-filter'],
    ['PROHIBITED_CONTENT', 'content-filter'],
    ['SPII', 'content-filter'],
    ['IMAGE_SAFETY', 'content-filter'],
    ['MALFORMED_FUNCTION_CALL', 'other'],
    ['UNEXPECTED_TOOL_CALL', 'other'],
    ['LANGUAGE', 'other'],
    ['SOMETHING_NEW', 'other'],
  ])('that ended with %s ended for %s', (raw, reason) => {
    expect(read({ finishReason: raw }).finish).toEqual({ reason, raw });
  });

  it('that spent its cap on thoughts is empty and ended for its length', () => {
    const usageMetadata = { promptTokenCount: 5, thoughtsTokenCount: 90, totalTokenCount: 95 };
    expect(read({ content: { role: 'model' }, finishReason: 'MAX_TOKENS', index: 0 }, { usageMetadata })).toMatchObject(
      {
        parts: [],
        finish: { reason: 'length' },
        usage: { outputTokens: 90, reasoningTokens: 90 },
      },
    );
  });

  it('whose prompt was blocked has no parts and was filtered', () => {
    const body = { promptFeedback: { blockReason: 'PROHIBITED_CONTENT' }, usageMetadata: { promptTokenCount: 3 } };
    expect(geminiProvider.readAnswer(body)).toMatchObject({
      parts: [],
      finish: { reason: 'content-filter', raw: 'PROHIBITED_CONTENT' },
      usage: { inputTokens: 3 },
    });
  });

  it('is none without candidates and without a word about the prompt', () => {
    for (const body of [{}, { candidates: [] }, { candidates: ['x'] }, { error: {} }]) {
      expect(() => geminiProvider.readAnswer(body)).toThrow(AnswerUnreadableError);
    }
  });

  it('counts the first candidate alone', () => {
    const other = { index: 1, content: { parts: [{ text: 'b' }] }, finishReason: 'STOP' };
    const first = { content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' };
    expect(geminiProvider.readAnswer({ candidates: [other, first] }).parts).toMatchObject([{ text: 'a' }]);
  });

  it('cites web pages and documents, with ranges in characters', () => {
    const text = 'Größe: 👋 ja.';
    const at = (needle: string): number => Buffer.byteLength(text.slice(0, text.indexOf(needle)));
    const web = { web: { uri: 'https://a.example', title: 'A' } };
    const document = { retrievedContext: { title: 'B', text: 'words' } };
    const answer = read({
      content: { parts: [{ text: 'thinking', thought: true }, { text }] },
      finishReason: 'STOP',
      groundingMetadata: {
        groundingChunks: [web, document],
        groundingSupports: [
          {
            segment: { partIndex: 1, startIndex: at('👋'), endIndex: at(' ja'), text: '👋' },
            groundingChunkIndices: [0, 1, 9],
          },
        ],
      },
    });
    const range = { start: text.indexOf('👋'), end: text.indexOf(' ja') };
    expect(answer.parts[1]).toEqual({
      kind: 'text',
      text,
      citations: [
        { kind: 'url', url: 'https://a.example', title: 'A', ...range, raw: { family: 'gemini', value: web } },
        { kind: 'document', title: 'B', quote: 'words', ...range, raw: { family: 'gemini', value: document } },
      ],
    });
  });

  it('cites what it recites, and sources of which nobody says what they support', () => {
    const content = { parts: [{ text: 'abc' }] };
    const citationMetadata = { citationSources: [{ startIndex: 1, endIndex: 2, uri: 'https://a.example' }] };
    expect(read({ content, citationMetadata }).parts[0]).toMatchObject({
      citations: [{ kind: 'url', url: 'https://a.example', start: 1, end: 2 }],
    });
    const groundingMetadata = { groundingChunks: [{ web: { uri: 'https://b.example' } }] };
    const [cited] = read({ content, groundingMetadata }).parts;
    expect(cited).toMatchObject({ citations: [{ url: 'https://b.example' }] });
    expect(cited?.kind === 'text' && cited.citations?.[0]).not.toHaveProperty('start');
  });

  it("gives log probabilities in OpenAI's shape", () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'a', tokenId: 7, logProbability: -0.5 }],
      topCandidates: [{ candidates: [{ token: 'b', logProbability: -1 }] }],
    };
    expect(read({ content: { parts: [{ text: 'a' }] }, logprobsResult }).logprobs).toEqual([
      { token: 'a', logprob: -0.5, bytes: null, top_logprobs: [{ token: 'b', logprob: -1, bytes: null }] },
    ]);
  });

  it('throws nothing but its own error, whatever comes in', () => {
    const names = fc.constantFrom(
      'content',
      'parts',
      'text',
      'thought',
      'functionCall',
      'args',
      'inlineData',
      'mimeType',
      'data',
      'index',
      'groundingMetadata',
      'groundingChunks',
      'groundingSupports',
      'segment',
      'endIndex',
      'groundingChunkIndices',
      'citationMetadata',
      'citations',
      'logprobsResult',
      'chosenCandidates',
      'finishReason',
      'web',
      'uri',
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 7, depthSize: 'small' },
        fc.constantFrom(null, true, 0, 3, -1, 1e300, '', 'text', 'lwgw1_e30'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    const readAny = (body: unknown): unknown => {
      try {
        return geminiProvider.readAnswer(body as JsonObject);
      } catch (error) {
        return error;
      }
    };
    fc.assert(
      fc.property(value, (candidate) => {
        const read = readAny({ candidates: [candidate], usageMetadata: candidate, responseId: candidate });
        expect(read instanceof Error ? read.name : 'read').toMatch(/^(read|AnswerUnreadableError)$/);
      }),
      { numRuns: 1000 },
    );
  });
});
