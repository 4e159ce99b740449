import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asObject } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { FinishReason } from '../../spec/model-answer.js';
import { readAnswer } from './read-answer.js';
import { readUsage } from './read-usage.js';

function answer(content: readonly Json[], rest: JsonObject = {}): JsonObject {
  return { output: { message: { role: 'assistant', content } }, stopReason: 'end_turn', ...rest };
}

describe('readAnswer', () => {
  it('reads text, thoughts, calls and cited text in their order', () => {
    const location = { documentPage: { documentIndex: 0, start: 1, end: 2 } };
    const citation = { title: 'Report', location, sourceContent: [{ text: 'It ' }, { text: 'rains.' }] };
    const { parts } = readAnswer(
      answer([
        { reasoningContent: { reasoningText: { text: 'hm', signature: 'sig' } } },
        { reasoningContent: { redactedContent: 'c2VjcmV0' } },
        { text: 'Rain: ' },
        { citationsContent: { content: [{ text: 'it ' }, { text: 'rains' }], citations: [citation] } },
        { toolUse: { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Paris' } } },
        { image: { format: 'webp', source: { bytes: 'QQ==' } } },
      ]),
    );
    expect(parts).toEqual([
      { kind: 'reasoning', text: 'hm', state: { family: 'anthropic', data: 'sig' } },
      { kind: 'reasoning', text: '', state: { family: 'anthropic', data: 'c2VjcmV0', redacted: true } },
      { kind: 'text', text: 'Rain: ' },
      {
        kind: 'text',
        text: 'it rains',
        citations: [
          { kind: 'document', title: 'Report', quote: 'It rains.', raw: { family: 'bedrock', value: citation } },
        ],
      },
      { kind: 'tool-call', callId: 'tooluse_1', name: 'get_weather', argumentsText: '{"city":"Paris"}' },
      { kind: 'media', medium: 'image', source: { kind: 'data', mediaType: 'image/webp', base64: 'QQ==' } },
    ]);
  });

  it('leaves out what is empty, unknown, or a tool that Bedrock ran itself', () => {
    const { parts } = readAnswer(
      answer([
        { text: '' },
        { hologram: {} },
        null,
        { reasoningContent: { reasoningText: { text: '' } } },
        { toolUse: { toolUseId: 'a', name: 'nova_grounding', type: 'server_tool_use', input: {} } },
        { toolResult: { toolUseId: 'a', content: [] } },
        { toolUse: { name: 'nameless' } },
      ]),
    );
    expect(parts).toEqual([]);
  });

  it('tells the encrypted thoughts of OpenAI models from those of Claude', () => {
    const redactedContent = Buffer.from('rsn_pUPh16to4VKYDgJAPymb').toString('base64');
    expect(readAnswer(answer([{ reasoningContent: { redactedContent } }])).parts).toMatchObject([
      { state: { family: 'x-bedrock-openai', data: redactedContent, redacted: true } },
    ]);
  });

  it('reads a call without arguments as one with none', () => {
    expect(readAnswer(answer([{ toolUse: { toolUseId: 'a', name: 'now' } }])).parts).toMatchObject([
      { argumentsText: '{}' },
    ]);
  });

  it.each<[string, FinishReason]>([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['tool_use', 'tool-calls'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['guardrail_intervened', 'content-filter'],
    ['content_filtered', 'content-filter'],
    ['malformed_tool_use', 'other'],
    ['something_new', 'other'],
  ])('reads the stop reason %s as %s and keeps it', (raw, reason) => {
    expect(readAnswer(answer([], { stopReason: raw })).finish).toEqual({ reason, raw });
  });

  it.each([{ stop_sequence: 'END' }, { delta: { stop_sequence: 'END' } }])(
    'reads the stop sequence that was met from %j',
    (additionalModelResponseFields) => {
      const { finish } = readAnswer(answer([], { stopReason: 'stop_sequence', additionalModelResponseFields }));
      expect(finish).toEqual({ reason: 'stop', raw: 'stop_sequence', stopSequence: 'END' });
    },
  );

  it('reads the service tier that served', () => {
    expect(readAnswer(answer([], { serviceTier: { type: 'flex' } })).serviceTier).toBe('flex');
  });

  it('throws its declared error for every body that holds no message, and nothing else for any', () => {
    for (const body of [{}, { message: 'denied' }, { output: { message: {} } }]) {
      expect(() => readAnswer(body)).toThrow(AnswerUnreadableError);
    }
    const block = fc.dictionary(
      fc.constantFrom(
        'text',
        'toolUse',
        'reasoningContent',
        'citationsContent',
        'image',
        'citations',
        'input',
        'source',
      ),
      fc.jsonValue({ maxDepth: 3 }),
    );
    fc.assert(
      fc.property(fc.array(block), fc.jsonValue(), (content, usage) => {
        const { parts } = readAnswer(answer(content as Json[], { usage: usage as Json }));
        expect(parts.length).toBeLessThanOrEqual(content.length);
      }),
    );
  });
});

describe('readUsage', () => {
  it('reads disjoint buckets, as Converse counts them', () => {
    const usage = {
      inputTokens: 5,
      outputTokens: 7,
      totalTokens: 1512,
      cacheReadInputTokens: 1000,
      cacheWriteInputTokens: 500,
      cacheDetails: [
        { ttl: '1h', inputTokens: 200 },
        { ttl: '5m', inputTokens: 300 },
      ],
      serverToolUsage: {},
    };
    expect(readUsage(usage)).toEqual({
      inputTokens: 5,
      outputTokens: 7,
      cacheReadTokens: 1000,
      cacheWriteTokens: 500,
      cacheWrite1hTokens: 200,
      reasoningTokens: undefined,
      inputAudioTokens: undefined,
      outputAudioTokens: undefined,
    });
  });

  it('takes the sum of the details where the total is missing, and ignores a detail beyond its total', () => {
    const cacheDetails = [{ ttl: '1h', inputTokens: 200 }];
    expect(readUsage({ cacheDetails })).toMatchObject({ cacheWriteTokens: 200, cacheWrite1hTokens: 200 });
    expect(readUsage({ cacheDetails, cacheWriteInputTokens: 100 })).toMatchObject({
      cacheWriteTokens: 100,
      cacheWrite1hTokens: undefined,
    });
  });

  it('says nothing where the vendor says nothing', () => {
    expect(readUsage(undefined)).toBeUndefined();
    expect(readUsage({})).toMatchObject({
      inputTokens: undefined,
      cacheReadTokens: undefined,
      cacheWriteTokens: undefined,
    });
  });

  it('never reads anything but whole numbers from 0, whatever is said', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const usage = readUsage({ ...asObject(value), inputTokens: value as Json, cacheDetails: [value as Json] });
        const counts = Object.values(usage ?? {}).filter((count) => count !== undefined);
        expect(counts.every((count) => Number.isSafeInteger(count) && count >= 0)).toBe(true);
      }),
    );
  });
});
