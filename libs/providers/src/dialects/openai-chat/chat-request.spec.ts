import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeChatRequest, readChatRequest, usageChunkIsOurs } from './chat-request.js';
import { openAiChatStraight } from './openai-chat-straight.js';

function encode(text: string, model?: string): string {
  const request = readChatRequest(Buffer.from(text));
  return encodeChatRequest(request, model ?? request.model ?? '').toString();
}

const space = fc.stringMatching(/^[ \n\r\t]{0,3}$/);
const numberText = fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?$/);
const stringText = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }).map(escapeOf), fc.stringMatching(/^\\(["\\/bfnrt]|u[0-9a-fA-F]{4})$/)))
  .map((pieces) => `"${pieces.join('')}"`);

/** JSON texts in every spelling: white space, numbers, escapes, lone surrogates, duplicate keys. */
const { value: jsonText } = fc.letrec<{ value: string; member: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom('null', 'true', 'false'),
    numberText,
    stringText,
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join(' ,')}]`),
    fc.array(tie('member'), { maxLength: 3 }).map((members) => `{${members.join(',')}}`),
  ),
  member: fc
    .tuple(space, stringText, space, tie('value'))
    .map(([pad, name, gap, value]) => `${pad}${name}:${gap}${value}`),
}));

/** Members with names that the gateway does not read; some of them twice. */
const otherMembers = fc.array(
  fc
    .tuple(
      fc.constantFrom('"messages"', '"a"', '"b\\u0062"', '"mod\\u0065ls"', '"\\ud83d"', '"Grüße"'),
      space,
      jsonText,
    )
    .map(([name, gap, value]) => `${name}${gap}:${gap}${value}`),
  { maxLength: 4 },
);

function escapeOf(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

describe('a chat request on a straight wire', () => {
  it('goes up byte for byte when nothing must change, whatever its spelling', () => {
    fc.assert(
      fc.property(otherMembers, otherMembers, space, (before, after, gap) => {
        const text = `${gap}{${[...before, `"model"${gap}:"gpt-5-mini"`, ...after].join(`${gap},${gap}`)}${gap}}${gap}`;
        expect(encode(text)).toBe(text);
      }),
    );
  });

  it('changes the model and nothing else, whatever stands around it', () => {
    fc.assert(
      fc.property(otherMembers, otherMembers, space, fc.string(), (before, after, gap, model) => {
        const withModel = (value: string): string =>
          `{${[...before, `"model"${gap}:${gap}${value}`, ...after].join(`${gap},`)}${gap}}`;
        expect(encode(withModel('"f\\u0061st"'), model)).toBe(
          withModel(model === 'fast' ? '"f\\u0061st"' : JSON.stringify(model)),
        );
      }),
    );
  });

  it('takes out what is meant for the gateway and nothing else, wherever it stands', () => {
    fc.assert(
      fc.property(otherMembers, otherMembers, space, jsonText, (before, after, gap, value) => {
        const join = (members: readonly string[]): string => members.join(`${gap},${gap}`);
        const text = `{${gap}${join([...before, `"drop_tuning_params"${gap}:${value}`, ...after])}${gap}}`;
        expect(encode(text)).toBe(`{${gap}${join([...before, ...after])}${gap}}`);
      }),
    );
  });

  it.each([
    [
      '{"drop_tuning_params":false,"model":"a","stream":true}',
      '{"stream_options":{"include_usage":true},"model":"b","stream":true}',
    ],
    [
      '{"model":"a","stream":true, "drop_tuning_params":false}',
      '{"stream_options":{"include_usage":true},"model":"b","stream":true}',
    ],
    ['{"drop_tuning_params" : true}', '{}'],
    ['{"model":"a","drop_\\u0074uning_params":1 }', '{"model":"b" }'],
  ])('makes every change that is due at once: %s', (text, expected) => {
    expect(encode(text, 'b')).toBe(expected);
  });

  it('keeps number spelling, duplicate keys, escapes and lone surrogates of members that we do not read', () => {
    const text = '{ "n" : 1.50e+2 , "n":0, "s":"\\ud83d\\/\\u00e9" , "model":"m","big":12345678901234567890 }';
    expect(encode(text)).toBe(text);
  });

  it.each([
    '{"model":"a","model":"b"}',
    '{"max_tokens":1,"max_tokens":100000}',
    '{"stream":true,"str\\u0065am":false}',
  ])('refuses a member that matters twice, since two readers may pick different ones: %s', (text) => {
    expect(() => readChatRequest(Buffer.from(text))).toThrow('appears twice');
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
    ['{"model":"m","stream":true,"stream_options":{"include_usage":true}}', true],
    ['{"model":"m","stream":true,"stream_options":{"include_usage":false}}', false],
    ['{"model":"m","stream":false}', false],
    ['{"model":"m"}', false],
  ])('respects what the client said about usage: %s', (text, asks) => {
    const request = readChatRequest(Buffer.from(text));
    expect(encode(text)).toBe(text);
    expect(usageChunkIsOurs(request)).toBe(false);
    expect(request.asksForStreamUsage).toBe(asks);
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

  it.each([
    ['{"max_completion_tokens":7,"max_tokens":9}', 7],
    ['{"max_completion_tokens":null,"max_tokens":9}', 9],
    ['{"max_tokens":"9"}', undefined],
    ['{"max_tokens":1.5}', undefined],
    ['{}', undefined],
  ])('reads the output cap of %s as %s', (text, cap) => {
    expect(readChatRequest(Buffer.from(text)).maxOutputTokens).toBe(cap);
  });

  it.each(['{}', '{"model":""}', '{"model":7}', '{"model":null}', '{"model":["a"]}'])('has no model in %s', (text) => {
    expect(readChatRequest(Buffer.from(text)).model).toBeUndefined();
  });

  it('withholds the usage chunk from a client that did not ask for it, and only from that one', () => {
    const usage = Buffer.from('data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}\n\n');
    const verdictFor = (text: string): string =>
      openAiChatStraight.createTap(readChatRequest(Buffer.from(text))).onEvent(usage);
    expect(verdictFor('{"stream":true}')).toBe('withhold');
    expect(verdictFor('{"stream":true,"stream_options":{"include_usage":true}}')).toBe('keep');
  });
});
