import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGeminiRequest } from './gemini-request.js';
import { geminiStraight } from './gemini-straight.js';

const PATH = { model: 'gemini-2.5-pro', streams: true };

function encode(text: string, model = PATH.model): string {
  return geminiStraight.encode(readGeminiRequest(Buffer.from(text), PATH), model).toString();
}

describe('a Gemini request on a straight wire', () => {
  it('goes up byte for byte, whatever its spelling', () => {
    const values = fc.jsonValue().filter((value) => JSON.stringify(value) !== undefined);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values), fc.constantFrom(undefined, 2), (members, indent) => {
        const { model: _model, drop_tuning_params: _drop, ...rest } = members;
        const text = JSON.stringify(rest, undefined, indent);
        expect(encode(text, 'another-model')).toBe(text);
      }),
      { numRuns: 50 },
    );
  });

  it('takes model and streaming from the path, and always gets usage on a stream', () => {
    expect(readGeminiRequest(Buffer.from('{"contents":[],"stream":false,"model":"x"}'), PATH)).toMatchObject({
      model: 'gemini-2.5-pro',
      streams: true,
      asksForStreamUsage: true,
    });
  });

  it.each([
    ['{"contents":[1],"drop_tuning_params":false}', '{"contents":[1]}'],
    ['{ "drop_tuning_params" : true , "contents":[1]}', '{ "contents":[1]}'],
    ['{"a":1, "drop_tuning_params":true ,"b":2}', '{"a":1, "b":2}'],
    ['{"drop_tuning_params":true}', '{}'],
  ])("leaves the gateway's own member out: %s", (text, expected) => {
    expect(encode(text)).toBe(expected);
  });

  it.each([
    ['{"model":"models/fast","contents":[]}', '{"model":"models/gemini-2.5-pro","contents":[]}'],
    ['{"model":"fast"}', '{"model":"gemini-2.5-pro"}'],
    [
      '{"model":"projects/p/locations/l/publishers/google/models/fast"}',
      '{"model":"projects/p/locations/l/publishers/google/models/gemini-2.5-pro"}',
    ],
    [
      '{ "generateContentRequest": {"model" : "models/fast", "contents":[]} }',
      '{ "generateContentRequest": {"model" : "models/gemini-2.5-pro", "contents":[]} }',
    ],
    ['{"generate_content_request":{"model":"fast"}}', '{"generate_content_request":{"model":"gemini-2.5-pro"}}'],
    ['{"model":7}', '{"model":7}'],
    ['{"generateContentRequest":"odd"}', '{"generateContentRequest":"odd"}'],
  ])('replaces the model where the body repeats it: %s', (text, expected) => {
    expect(encode(text)).toBe(expected);
  });

  it('names a model with its own collection as it is', () => {
    expect(encode('{"model":"models/fast"}', 'tunedModels/mine')).toBe('{"model":"tunedModels/mine"}');
  });

  it.each([
    ['{"generationConfig":{"maxOutputTokens":100}}', 100],
    ['{"generation_config":{"max_output_tokens":"200"}}', 200],
    ['{"generationConfig":{"maxOutputTokens":100,"max_output_tokens":300}}', 300],
    ['{"generationConfig":{"maxOutputTokens":"many"}}', undefined],
    ['{"generationConfig":[]}', undefined],
    ['{}', undefined],
  ])('finds the output cap in %s', (text, expected) => {
    expect(readGeminiRequest(Buffer.from(text), PATH).maxOutputTokens).toBe(expected);
  });

  it('refuses a body that says the same member twice', () => {
    const text = '{"generationConfig":{"maxOutputTokens":1,"maxOutputTokens":9}}';
    expect(() => readGeminiRequest(Buffer.from(text), PATH)).toThrow('appears twice');
  });
});

describe('a whole Gemini answer on a straight wire', () => {
  it('gives usage without being parsed whole', () => {
    const body = '{"candidates":[{"content":{}}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}';
    expect(geminiStraight.readAnswer(Buffer.from(body))).toMatchObject({
      whole: true,
      usage: { inputTokens: 3, outputTokens: 2 },
    });
    const blocked = '{"promptFeedback":{"blockReason":"SAFETY"}}';
    expect(geminiStraight.readAnswer(Buffer.from(blocked))).toEqual({ whole: true, usage: undefined });
    expect(geminiStraight.readAnswer(Buffer.from('{"totalTokens":3}')).whole).toBe(false);
  });

  it('is not whole when it was cut anywhere', () => {
    const body = Buffer.from(
      '{"candidates":[{"content":{"parts":[{"text":"a}"}]}}],"usageMetadata":{"promptTokenCount":3}}',
    );
    for (let end = 0; end < body.length; end += 1) {
      expect(geminiStraight.readAnswer(body.subarray(0, end)).whole, `cut at ${end}`).toBe(false);
    }
  });
});
