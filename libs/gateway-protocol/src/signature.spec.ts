import { describe, expect, it } from 'vitest';
import { signRequest, verifyRequest, type ReceivedRequest } from './signature.js';

const SECRET = 'shared-test-secret-32byteslong!!';
const TIMESTAMP = 1_734_567_890;

const VECTORS = [
  {
    body: '{"key_presented":"vk-lw-01HZX","gateway_node_id":"gw-a"}',
    signature: 'a73842ca249456600ab7752cc709e42c2b5ff2ca12f5b9f45f56ba873590c4e5',
  },
  {
    body: '{"key_presented":"lw_vk_live_01HZX","gateway_node_id":"gw-a"}',
    signature: '4e4c8634b10a7ef719cf6d56b89b7f44a5ac7544c03d98ef132b79d36a1a6a1f',
  },
];

function received(change: Partial<ReceivedRequest> = {}): ReceivedRequest {
  const request = { method: 'POST', path: '/api/internal/gateway/resolve-key', body: '{}' };
  const signature = signRequest({ ...request, ...change }, SECRET, TIMESTAMP);
  return { ...request, signature, timestamp: String(TIMESTAMP), ...change };
}

describe('signRequest', () => {
  it.each(VECTORS)('reproduces the published vector for $body', ({ body, signature }) => {
    const request = { method: 'POST', path: '/api/internal/gateway/resolve-key', body };
    expect(signRequest(request, SECRET, TIMESTAMP)).toBe(signature);
  });
});

describe('verifyRequest', () => {
  it('accepts a genuine request at both edges of the window', () => {
    expect(verifyRequest(received(), [SECRET], TIMESTAMP + 300)).toBeUndefined();
    expect(verifyRequest(received(), [SECRET], TIMESTAMP - 300)).toBeUndefined();
  });

  it('accepts the previous secret while it is listed', () => {
    expect(verifyRequest(received(), ['new-secret', SECRET], TIMESTAMP)).toBeUndefined();
    expect(verifyRequest(received(), ['new-secret'], TIMESTAMP)).toBe('invalid_signature');
  });

  it('refuses a missing header before anything else', () => {
    expect(verifyRequest(received({ signature: undefined }), [SECRET], TIMESTAMP)).toBe('missing_signature');
    expect(verifyRequest(received({ timestamp: undefined }), [SECRET], TIMESTAMP)).toBe('missing_signature');
  });

  it('refuses a changed method, path or body', () => {
    const { signature } = received();
    for (const change of [{ method: 'PATCH' }, { path: '/other' }, { body: '{"a":1}' }]) {
      const changed = { ...received(), ...change, signature };
      expect(verifyRequest(changed, [SECRET], TIMESTAMP)).toBe('invalid_signature');
    }
  });

  it('refuses an old request only after its signature was found genuine', () => {
    expect(verifyRequest(received(), [SECRET], TIMESTAMP + 301)).toBe('timestamp_out_of_window');
    expect(verifyRequest(received({ signature: 'ab' }), [SECRET], TIMESTAMP + 301)).toBe('invalid_signature');
  });
});
