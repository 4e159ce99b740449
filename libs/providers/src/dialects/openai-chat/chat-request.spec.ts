import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeChatRequest, readChatRequest, usageChunkIsOurs } from './chat-request.js';

function encode(text: string, model?: string): string {
  const request = readChatRequest(Buffer.from(text));
  return encodeChatRequest(request, model ?? request.model ?? '').toString();
}

describe('a chat request on a straight wire', () => {
  it('goes up byte for byte when nothing must change, whatever its spelling', () => {
    const values = fc.jsonValue().filter((value) => JSON.stringify(value) !== undefined);
    fc.assert(
      fc.property(fc.dictionary(fc.string(), values), fc.constantFrom(undefined, 2), (rest, indent) => {
        const { model: _model, stream: _stream, stream_options: _options, ...others } = rest;
        const text = JSON.stringify({ ...others, model: 'gpt-5-mini' }, undefined, indent);
        expect(encode(text)).toBe(text);
      }),
    );
  });

  it('keeps number spelling, duplicate keys, escapes and lone surrogates of members that we do not read', () => {
    const text = '{ "n" : 1.50e+2 , "n":0, "s":"\\ud83d\\/\\u00e9" , "model":"m","big":12345678901234567890 }';
    expect(encode(text)).toBe(text);
  });

  it('changes only the model when an alias or prefix changed it', () => {
    expect(encode('{"a":1, "model" : "fast" ,"b":"fast"}', 'gpt-5-mini')).toBe(
      '{"a":1, "model" : "gpt-5-mini" ,"b":"fast"}',
    );
  });

  it.each([
    ['{"model":"m","stream":true}', '{"stream_options":{"include_usage":true},"model":"m","stream":true}'],
    ['{"stream":true,"stream_options":null}', '{"stream":true,"stream_options":{"include_usage":true}}'],
    ['{"stream":true,"stream_options":{}}', '{"stream":true,"stream_options":{"include_usage":true}}'],
    ['{"stream":true,"stream_options":{"x":1}}', '{"stream":true,"stream_options":{"include_usage":true,"x":1}}'],
  ])('asks for usage on a stream when the client left it open: %s', (text, expected) => {
    expect(encode(text)).toBe(expected);
    expect(usageChunkIsOurs(readChatRequest(Buffer.from(text)))).toBe(true);
  });

  it.each([
    '{"model":"m","stream":true,"stream_options":{"include_usage":true}}',
    '{"model":"m","stream":true,"stream_options":{"include_usage":false}}',
    '{"model":"m","stream":false}',
    '{"model":"m"}',
  ])('respects what the client said about usage: %s', (text) => {
    expect(encode(text)).toBe(text);
    expect(usageChunkIsOurs(readChatRequest(Buffer.from(text)))).toBe(false);
  });

  it.each([
    ['true', true],
    ['"true"', true],
    ['"1"', true],
    ['1', true],
    ['false', false],
    ['0', false],
    ['"no"', false],
    ['null', false],
    ['{}', false],
  ])('reads stream:%s as %s', (value, streams) => {
    expect(readChatRequest(Buffer.from(`{"stream":${value}}`)).streams).toBe(streams);
  });

  it.each(['{}', '{"model":""}', '{"model":7}', '{"model":null}', '{"model":["a"]}'])('has no model in %s', (text) => {
    expect(readChatRequest(Buffer.from(text)).model).toBeUndefined();
  });
});
