import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';

import { VirtualClock } from '#kernel';
import { AdapterRegistry, createShippedAdapters, ProviderAdapter, type CredentialRules } from '#providers';
import { z } from 'zod';

import { readConfig } from '../config/read-config.js';
import { ApiError } from '../errors/api-error.js';
import { ProviderChecks } from './provider-checks.js';
import { ProviderFamilies } from './provider-families.js';

const SECRET = 'sk-very-secret';
const SERVICE_ACCOUNT = JSON.stringify({
  type: 'service_account',
  client_email: 'a@b',
  private_key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }),
});

/** A vendor that a team has brought, with a URL among its credentials. */
class TeamAdapter extends ProviderAdapter {
  override readonly families = ['team'];

  override credentialRules(): CredentialRules {
    return { schema: z.strictObject({ url: z.string(), token: z.string() }), baseUrl: 'refused', urlNames: ['url'] };
  }

  override dialects(): readonly [] {
    return [];
  }

  override target(): { readonly refusal: string } {
    return { refusal: 'it serves nothing' };
  }
}

const secret = 'x'.repeat(32);
const config = readConfig({
  DATABASE_URL: 'postgres://127.0.0.1/none',
  LW_GATEWAY_INTERNAL_SECRET: secret,
  LW_GATEWAY_JWT_SECRET: secret,
  LW_VIRTUAL_KEY_PEPPER: secret,
  CONTROL_PLANE_SEALING_KEYS: `1:${Buffer.alloc(32, 7).toString('base64')}`,
});
const families = new ProviderFamilies(
  new AdapterRegistry([...createShippedAdapters({ clock: new VirtualClock() }), new TeamAdapter()]),
);
const checks = new ProviderChecks(config, families);

/** What a check objects to, as `path message`; empty when it has nothing against it. */
function objections(check: () => unknown): readonly string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const fields = z.object({ fields: z.array(z.object({ path: z.string(), message: z.string() })) });
    return fields.parse(error.meta).fields.map(({ path, message }) => `${path} ${message}`);
  }
}

describe('the credentials of a model provider', () => {
  it.each([
    ['openai', { api_key: 'sk-1' }],
    ['openai', { api_key: 'sk-1', organization: 'org-1' }],
    ['anthropic', { api_key: 'sk-1' }],
    ['azure_openai', { api_key: 'k', endpoint: 'https://x.openai.azure.com', api_version: '2024-10-21' }],
    ['azure', { endpoint: 'https://x.openai.azure.com', tenant_id: 't', client_id: 'c', client_secret: 's' }],
    ['bedrock', { access_key: 'a', secret_key: 's', session_token: 't', region: 'eu-west-1' }],
    ['aws_bedrock', { region: 'eu-west-1' }],
    ['vertex_ai', { project_id: 'p', region: 'europe-west1', auth_credentials: SERVICE_ACCOUNT }],
    ['google_vertex', { project_id: 'p', region: 'europe-west1' }],
    ['gemini', { api_key: 'k', project_id: 'p', region: 'r' }],
    ['custom', {}],
    ['custom', { api_key: 'k', auth_header: 'api-key' }],
    ['voyage', { api_key: 'k' }],
    ['elevenlabs', { api_key: 'k' }],
    ['ollama', {}],
    ['team', { url: 'https://team.example.com', token: 't' }],
  ])('of type %s may be those of its kind', (type, credentials) => {
    expect(checks.credentials(type, credentials, null)).toEqual(credentials);
  });

  it.each([
    ['openai', {}, 'credentials.api_key'],
    ['openai', { api_key: '  ' }, 'credentials.api_key'],
    ['openai', { api_key: 'k', apiKey: 'k' }, 'credentials'],
    ['openai', 'text', 'credentials'],
    ['azure', { api_key: 'k' }, 'credentials.endpoint'],
    ['azure', { api_key: 'k', endpoint: 'http://169.254.169.254' }, 'credentials.endpoint'],
    ['azure', { endpoint: 'https://x.openai.azure.com' }, 'credentials.api_key'],
    ['bedrock', { access_key: 'a' }, 'credentials'],
    ['vertex', { project_id: 'p', region: 'r', auth_credentials: 'no json' }, 'credentials.auth_credentials'],
    ['vertex', { project_id: 'p', region: 'evil.example.com/' }, 'credentials.region'],
    ['gemini', { api_key: 'k', region: 'r' }, 'credentials'],
    ['custom', { api_key: 'k', auth_header: 'host' }, 'credentials.auth_header'],
    ['custom', { auth_header: 'api-key' }, 'credentials'],
    ['anthropic', {}, 'credentials.api_key'],
    ['elevenlabs', {}, 'credentials.api_key'],
    ['team', { url: 'http://metadata.goog', token: 't' }, 'credentials.url'],
    ['nonsense', { api_key: 'k' }, 'type'],
  ])('of type %s may not be %j, because of %s', (type, input, field) => {
    const objected = objections(() => checks.credentials(type, input, null));
    expect(objected).toEqual([expect.stringMatching(new RegExp(`^${field} `))]);
  });

  it('may be none for an Anthropic endpoint of one’s own', () => {
    expect(checks.credentials('anthropic', {}, 'http://localhost:8080')).toEqual({});
  });

  it.each(families.names)('of type %s are never quoted in an objection', (type) => {
    const values = Object.fromEntries(
      ['api_key', 'endpoint', 'bogus', 'access_key', 'region', 'auth_credentials', 'url'].map((name) => [name, SECRET]),
    );
    const objected = objections(() => checks.credentials(type, values, null));
    expect(objected.length).toBeGreaterThan(0);
    expect(objected.join()).not.toContain(SECRET);
  });
});

describe('the base URL of a model provider', () => {
  it.each([
    ['openai', null],
    ['openai', 'http://localhost:8000/v1'],
    ['custom', 'https://llm.example.com'],
    ['azure', null],
    ['ollama', null],
  ])('of type %s may be %s', (type, baseUrl) => {
    expect(objections(() => checks.baseUrl(type, baseUrl))).toEqual([]);
  });

  it.each([
    ['custom', null, 'base_url is required for type custom'],
    ['vllm', null, 'base_url is required for type vllm'],
    ['azure_openai', 'https://x.openai.azure.com', 'base_url is not taken for type azure'],
    ['team', 'https://team.example.com', 'base_url is not taken for type team'],
    ['openai', 'http://169.254.169.254', 'base_url is rejected'],
    ['nonsense', null, 'type unknown type'],
  ])('of type %s may not be %s', (type, baseUrl, objection) => {
    expect(objections(() => checks.baseUrl(type, baseUrl))).toEqual([expect.stringContaining(objection)]);
  });
});

describe('the handle of a model provider', () => {
  it.each(['anthropic', 'vertex_ai', 'elevenlabs', 'team'])('may not be %s, which means a vendor', (handle) => {
    expect(objections(() => checks.handle(handle))).toEqual(['handle must not be the name of a vendor']);
  });

  it('may be anything else', () => {
    expect(objections(() => checks.handle('eu'))).toEqual([]);
  });
});
