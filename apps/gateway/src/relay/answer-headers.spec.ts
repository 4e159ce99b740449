import { describe, expect, it } from 'vitest';
import { copyProviderHeaders } from './answer-headers.js';

describe('copyProviderHeaders', () => {
  it('passes on rate limits, content type and retry advice, and renames the provider’s request id', () => {
    const to: Record<string, string | string[]> = {};
    const from = {
      'content-type': 'application/json',
      'x-ratelimit-remaining-tokens': '10',
      'retry-after': '3',
      'x-request-id': 'up-1',
    };
    copyProviderHeaders(from, to);
    expect(to).toEqual({
      'content-type': 'application/json',
      'x-ratelimit-remaining-tokens': '10',
      'retry-after': '3',
      'x-langwatch-provider-request-id': 'up-1',
    });
  });

  it.each(['request-id', 'x-amzn-requestid', 'apim-request-id'])('finds the vendor’s request id in %s', (name) => {
    const to: Record<string, string | string[]> = {};
    copyProviderHeaders({ [name]: 'up-1' }, to);
    expect(to['x-langwatch-provider-request-id']).toBe('up-1');
  });

  it('passes on no cookie, no hop-by-hop header and nothing that could pass for ours', () => {
    const to: Record<string, string | string[]> = {};
    const from = {
      'set-cookie': ['a=b'],
      connection: 'keep-alive',
      'transfer-encoding': 'chunked',
      'x-langwatch-handled-error': 'forged',
      'x-langwatch-gateway-request-id': 'forged',
      server: 'x',
    };
    copyProviderHeaders(from, to);
    expect(to).toEqual({});
  });
});
