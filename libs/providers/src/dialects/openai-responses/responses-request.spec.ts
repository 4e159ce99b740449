import { describe, expect, it } from 'vitest';
import { JsonScanError } from '../../json/scan-top-level.js';
import { encodeResponsesRequest, readResponsesRequest } from './responses-request.js';

function peek(body: unknown): ReturnType<typeof readResponsesRequest> {
  return readResponsesRequest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
}

describe('readResponsesRequest', () => {
  it('finds what the gateway needs to know, at the top level alone', () => {
    const request = peek({
      input: [{ model: 'other', stream: false }],
      model: 'gpt-5.4',
      stream: true,
      max_output_tokens: 64,
      previous_response_id: 'resp_1',
      background: true,
    });
    expect(request).toMatchObject({
      model: 'gpt-5.4',
      streams: true,
      maxOutputTokens: 64,
      previousResponseId: 'resp_1',
      background: true,
      asksForStreamUsage: true,
    });
  });

  it.each([
    [true, true],
    ['true', true],
    ['1', true],
    [1, true],
    [0, false],
    ['yes', false],
    [null, false],
    [false, false],
  ])('reads stream %j as %j', (stream, streams) => {
    expect(peek({ stream }).streams).toBe(streams);
  });

  it('knows nothing of members that are absent or of the wrong type', () => {
    expect(peek({ model: '', max_output_tokens: -1, background: 'true' })).toMatchObject({
      model: undefined,
      streams: false,
      maxOutputTokens: undefined,
      previousResponseId: undefined,
      background: false,
    });
  });

  it('refuses a body that is no object, and one that names the model twice', () => {
    expect(() => peek('[]')).toThrow(JsonScanError);
    expect(() => peek('{"model":"a","model":"b"}')).toThrow(JsonScanError);
  });
});

describe('encodeResponsesRequest', () => {
  it('changes the model and no other byte', () => {
    const body = '{ "input" : "Gr\\u00fc\\u00dfe",  "model"  :  "alias" , "x":1.0 }';
    expect(encodeResponsesRequest(peek(body), 'gpt-5.4').toString()).toBe(body.replace('"alias"', '"gpt-5.4"'));
  });

  it('sends the very same buffer when the model stays, or was never named', () => {
    for (const request of [peek({ model: 'gpt-5.4' }), peek({ input: 'x' })]) {
      expect(encodeResponsesRequest(request, 'gpt-5.4')).toBe(request.body);
    }
  });
});
