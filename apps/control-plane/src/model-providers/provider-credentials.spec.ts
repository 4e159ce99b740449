import { describe, expect, it } from 'vitest';

import { credentialHints, PROVIDER_FAMILIES, readCredentials } from './provider-credentials.js';

const SERVICE_ACCOUNT = JSON.stringify({ type: 'service_account', client_email: 'a@b' });

describe('readCredentials', () => {
  it.each([
    ['openai', { api_key: 'sk-1' }],
    ['anthropic', { api_key: 'sk-1' }],
    ['azure_openai', { api_key: 'k', endpoint: 'https://x.openai.azure.com', api_version: '2024-10-21' }],
    ['bedrock', { access_key: 'a', secret_key: 's', session_token: 't', region: 'eu-west-1' }],
    ['aws_bedrock', { region: 'eu-west-1' }],
    ['vertex_ai', { project_id: 'p', region: 'europe-west1', auth_credentials: SERVICE_ACCOUNT }],
    ['gemini', { api_key: 'k', project_id: 'p', region: 'r' }],
    ['custom', {}],
  ])('%s takes the credentials of its kind', (type, credentials) => {
    expect(readCredentials(type, credentials, null)).toEqual({ ok: true, credentials });
  });

  it.each([
    ['openai', {}, 'credentials.api_key'],
    ['openai', { api_key: '  ' }, 'credentials.api_key'],
    ['azure', { api_key: 'k' }, 'credentials.endpoint'],
    ['bedrock', { access_key: 'a' }, 'credentials'],
    ['vertex', { project_id: 'p', region: 'r', auth_credentials: 'no json' }, 'credentials.auth_credentials'],
    ['gemini', { api_key: 'k', region: 'r' }, 'credentials'],
    ['anthropic', {}, 'credentials.api_key'],
    ['nonsense', { api_key: 'k' }, 'type'],
    ['openai', 'text', 'credentials'],
  ])('%s with %j is refused at %s', (type, input, field) => {
    const reading = readCredentials(type, input, null);
    expect(reading.ok ? [] : reading.issues.map((issue) => issue.path)).toEqual([field]);
  });

  it('an unknown credential name is refused', () => {
    expect(readCredentials('openai', { api_key: 'k', apiKey: 'k' }, null).ok).toBe(false);
  });

  it('an Anthropic endpoint of your own may go without a key', () => {
    expect(readCredentials('anthropic', {}, 'http://localhost:8080')).toEqual({ ok: true, credentials: {} });
  });

  it('no issue quotes a value', () => {
    const value = 'sk-very-secret';
    for (const family of PROVIDER_FAMILIES) {
      const reading = readCredentials(
        family,
        { api_key: value, endpoint: value, bogus: value, access_key: value },
        null,
      );
      expect(JSON.stringify(reading.ok ? '' : reading.issues)).not.toContain(value);
    }
  });
});

describe('credentialHints', () => {
  it('shows four characters of a long value and none of a short one', () => {
    expect(
      credentialHints({ api_key: 'sk-abcdefghij1234', access_key: 'short', auth_credentials: SERVICE_ACCOUNT }),
    ).toEqual({
      api_key: '…1234',
      access_key: '…',
      auth_credentials: '…',
    });
  });
});
