import { describe, expect, it } from 'vitest';
import { readCountTokensRequest, readTokenCount, writeTokenCount } from './count-tokens.js';

describe('counting tokens', () => {
  it('never streams, whatever the request says', () => {
    const body = Buffer.from('{"model":"claude-opus-5","stream":true,"max_tokens":5,"messages":[]}');
    expect(readCountTokensRequest(body)).toMatchObject({
      model: 'claude-opus-5',
      streams: false,
      maxOutputTokens: undefined,
    });
  });

  it('writes what it reads', () => {
    expect(readTokenCount(Buffer.from(JSON.stringify(writeTokenCount(17))))).toBe(17);
  });

  it.each(['{"input_tokens":-1}', '{"input_tokens":"7"}', '{}', '[]', '{'])('reads no count in %s', (text) => {
    expect(readTokenCount(Buffer.from(text))).toBeUndefined();
  });
});
