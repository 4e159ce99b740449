import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicMessagesStraight } from './anthropic-messages-straight.js';
import { readMessagesRequest } from './messages-request.js';

function encode(text: string, model?: string): string {
  const request = readMessagesRequest(Buffer.from(text));
  return anthropicMessagesStraight.encode(request, model ?? request.model ?? '').toString();
}

function readAnswer(text: string): ReturnType<typeof anthropicMessagesStraight.readAnswer> {
  return anthropicMessagesStraight.readAnswer(Buffer.from(text));
}

describe('a Messages request on a straight wire', () => {
  it('goes up byte for byte when nothing must change, whatever its spelling', () => {
    const members = fc.dictionary(fc.string(), fc.jsonValue());
    fc.assert(
      fc.property(members, fc.constantFrom(undefined, 2), (rest, indent) => {
        const { model: _model, stream: _stream, max_tokens: _max, drop_tuning_params: _own, ...others } = rest;
        const text = JSON.stringify({ ...others, model: 'claude-opus-5' }, undefined, indent);
        expect(encode(text)).toBe(text);
      }),
    );
  });

  it('changes only the model when an alias or prefix changed it', () => {
    expect(encode('{"a":1, "model" : "fast" ,"b":"fast"}', 'claude-opus-5')).toBe(
      '{"a":1, "model" : "claude-opus-5" ,"b":"fast"}',
    );
  });

  it.each([
    ['{"drop_tuning_params":false,"model":"m"}', '{"model":"m"}'],
    ['{"model":"m","drop_tuning_params":true,"a":1}', '{"model":"m","a":1}'],
    ['{"model":"m" , "drop_tuning_params" : true }', '{"model":"m" }'],
    ['{ "drop_tuning_params": null }', '{  }'],
    ['{\n  "drop_tuning_params": false,\n  "model": "m"\n}', '{\n  "model": "m"\n}'],
    ['{"model":"m","a":{"drop_tuning_params":1}}', '{"model":"m","a":{"drop_tuning_params":1}}'],
  ])('goes up without what is addressed to the gateway, comma included: %s', (text, expected) => {
    expect(encode(text)).toBe(expected);
  });

  it('stays valid and loses nothing else, wherever the member stands and whatever is replaced', () => {
    const others = fc.dictionary(fc.constantFrom('a', 'b"', 'ü,', 'c}'), fc.jsonValue());
    fc.assert(
      fc.property(
        others,
        others,
        fc.boolean(),
        fc.constantFrom(undefined, 1, '\t'),
        (before, after, isLast, indent) => {
          const own = { drop_tuning_params: false };
          const object = isLast ? { ...before, model: 'm', ...own } : { ...before, ...own, model: 'm', ...after };
          const { drop_tuning_params: _own, ...rest } = object;
          expect(JSON.parse(encode(JSON.stringify(object, undefined, indent), 'n'))).toEqual(
            JSON.parse(JSON.stringify({ ...rest, model: 'n' })),
          );
        },
      ),
    );
  });

  it('is looked at for model, stream and output cap', () => {
    const request = readMessagesRequest(Buffer.from('{"model":"m","stream":true,"max_tokens":64}'));
    expect(request).toMatchObject({ model: 'm', streams: true, maxOutputTokens: 64, asksForStreamUsage: true });
    expect(readMessagesRequest(Buffer.from('{"model":"","max_tokens":"64","stream":"no"}'))).toMatchObject({
      model: undefined,
      streams: false,
      maxOutputTokens: undefined,
    });
  });

  it.each([
    ['true', true],
    ['"1"', true],
    ['1', true],
    ['false', false],
    ['0', false],
    ['null', false],
    ['{}', false],
  ])('reads stream:%s as %s', (value, streams) => {
    expect(readMessagesRequest(Buffer.from(`{"stream":${value}}`)).streams).toBe(streams);
  });
});

describe('a whole Messages answer on a straight wire', () => {
  const answer = JSON.stringify({
    id: 'msg_1',
    type: 'message',
    content: [{ type: 'text', text: '"usage":{"input_tokens":9}' }],
    usage: { input_tokens: 3, cache_read_input_tokens: 20, output_tokens: 5 },
  });

  it('is whole with its usage', () => {
    expect(readAnswer(answer)).toMatchObject({
      whole: true,
      usage: { inputTokens: 3, cacheReadTokens: 20, outputTokens: 5 },
    });
  });

  it('is not whole when it was cut anywhere', () => {
    for (let length = 0; length < answer.length; length += 1) {
      expect(readAnswer(answer.slice(0, length)), `first ${length} characters`).toEqual({
        whole: false,
        usage: undefined,
      });
    }
  });

  it.each(['{"type":"error","error":{}}', '{"type":"message"}', '{"type":"message","content":{}}', '[]', ''])(
    'is not whole when it is no message: %s',
    (text) => {
      expect(readAnswer(text).whole).toBe(false);
    },
  );

  it('never throws on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(typeof anthropicMessagesStraight.readAnswer(Buffer.from(bytes)).whole).toBe('boolean');
      }),
    );
  });
});
