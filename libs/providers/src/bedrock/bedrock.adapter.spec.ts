import fc from 'fast-check';
import { VirtualClock } from '#kernel';
import { describe, expect, it } from 'vitest';
import { anyText } from '../adapters/testing/any-text.js';
import type { Operation, ProviderCall, ProviderCredential } from '../spec/provider-adapter.js';
import { BedrockAdapter } from './bedrock.adapter.js';

const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
const ARN = 'arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc123';
const KEYS = { access_key: 'AKIA', secret_key: 'secret' };

const adapter = new BedrockAdapter({
  clock: new VirtualClock(),
  ambient: () => Promise.resolve({ accessKeyId: 'AMBIENT', secretAccessKey: 's', sessionToken: 'token' }),
});

function credential(credentials: Record<string, string>, rest: Partial<ProviderCredential> = {}): ProviderCredential {
  return { id: 'mp_1', family: 'bedrock', credentials, baseUrl: null, deploymentMap: {}, ...rest };
}

function call(rest: Partial<ProviderCall> = {}): ProviderCall {
  const body = Buffer.from('{"messages":[]}');
  return { operation: 'generate', dialect: 'bedrock-converse', model: MODEL, streams: false, body, ...rest };
}

const WITH_API_KEY = credential({ api_key: 'ABSK', region: 'us-east-1' });

describe('BedrockAdapter, where calls go', () => {
  it('answers at once with an API key of Bedrock', () => {
    expect(adapter.target(WITH_API_KEY, call())).toEqual({
      origin: 'https://bedrock-runtime.us-east-1.amazonaws.com',
      path: '/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse',
      method: 'POST',
      headers: { authorization: 'Bearer ABSK' },
      framing: 'aws-event-stream',
    });
  });

  it.each<[Partial<ProviderCall>, string]>([
    [{ streams: true }, `/model/${encodeURIComponent(MODEL)}/converse-stream`],
    [{ operation: 'embed', model: 'amazon.titan-embed-text-v2:0' }, '/model/amazon.titan-embed-text-v2%3A0/invoke'],
    [{ model: ARN }, `/model/${encodeURIComponent(ARN)}/converse`],
  ])('finds the interface and encodes the model as one segment: %j', (rest, path) => {
    expect(adapter.target(WITH_API_KEY, call(rest))).toMatchObject({ path });
  });

  it('follows the deployment map, and own entries only', () => {
    const mapped = credential(WITH_API_KEY.credentials, { deploymentMap: { claude: ARN } });
    expect(adapter.target(mapped, call({ model: 'claude' }))).toMatchObject({
      path: `/model/${encodeURIComponent(ARN)}/converse`,
    });
    expect(adapter.target(mapped, call({ model: 'constructor' }))).toMatchObject({
      path: '/model/constructor/converse',
    });
  });

  it.each([
    ['us-gov-west-1', 'https://bedrock-runtime.us-gov-west-1.amazonaws.com'],
    ['eusc-de-east-1', 'https://bedrock-runtime.eusc-de-east-1.amazonaws.eu'],
    [' ap-southeast-2 ', 'https://bedrock-runtime.ap-southeast-2.amazonaws.com'],
  ])('knows the endpoint of the region %s', (region, origin) => {
    expect(adapter.target(credential({ api_key: 'k', region }), call())).toMatchObject({ origin });
  });

  it.each([
    ['https://vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com/', '', 'eu-west-1'],
    ['https://bedrock-runtime-fips.us-east-2.amazonaws.com', '', 'us-east-2'],
    ['https://proxy.example.com/bedrock/', '/bedrock', undefined],
  ])('goes to the base URL %s and reads the region from AWS names', async (baseUrl, prefix, region) => {
    const target = await adapter.target(credential(KEYS, { baseUrl }), call());
    if (region === undefined) {
      expect(target).toHaveProperty('refusal');
      return;
    }
    expect(target).toMatchObject({
      origin: new URL(baseUrl).origin,
      path: `${prefix}/model/${encodeURIComponent(MODEL)}/converse`,
      headers: { authorization: expect.stringContaining(`/${region}/bedrock/aws4_request`) },
    });
  });

  it('signs for the named region behind a base URL that tells none', async () => {
    const proxied = credential({ ...KEYS, region: 'us-west-2' }, { baseUrl: 'https://proxy.example.com/bedrock/' });
    expect(await adapter.target(proxied, call())).toMatchObject({
      path: `/bedrock/model/${encodeURIComponent(MODEL)}/converse`,
      headers: { authorization: expect.stringContaining('/us-west-2/bedrock/aws4_request') },
    });
  });
});

describe('BedrockAdapter, who calls', () => {
  it('signs with the keys of the credential', async () => {
    const target = await adapter.target(credential({ ...KEYS, session_token: 't', region: 'us-east-1' }), call());
    expect(target).toMatchObject({
      headers: {
        authorization: expect.stringContaining(
          'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/bedrock/aws4_request',
        ),
        'x-amz-date': '20260101T000000Z',
        'x-amz-security-token': 't',
      },
    });
  });

  it('signs as the machine where the credential has no keys, or blank ones', async () => {
    for (const keys of [{}, { access_key: '', secret_key: ' ', api_key: '' }]) {
      expect(await adapter.target(credential({ ...keys, region: 'us-east-1' }), call())).toMatchObject({
        headers: { authorization: expect.stringContaining('Credential=AMBIENT/'), 'x-amz-security-token': 'token' },
      });
    }
  });

  it('asks once who the machine is, for however many calls and credentials', async () => {
    let fetches = 0;
    const machine = new BedrockAdapter({
      clock: new VirtualClock(),
      ambient: () => {
        fetches += 1;
        return Promise.resolve({ accessKeyId: 'AMBIENT', secretAccessKey: 's' });
      },
    });
    const regions = ['us-east-1', 'eu-west-1'].map((region) => credential({ region }));
    await Promise.all(regions.map((of) => machine.target(of, call())));
    await Promise.all(regions.map((of) => machine.target(of, call())));
    expect(fetches).toBe(1);
  });

  it('rejects where the machine has no identity', async () => {
    const nobody = new BedrockAdapter({ clock: new VirtualClock(), ambient: () => Promise.reject(new Error('none')) });
    await expect(nobody.target(credential({ region: 'us-east-1' }), call())).rejects.toMatchObject({
      cause: new Error('none'),
    });
  });

  it.each<[string, ProviderCredential]>([
    ['half a pair of keys', credential({ access_key: 'AKIA', region: 'us-east-1' })],
    ['the other half', credential({ secret_key: 'TOP-SECRET', region: 'us-east-1' })],
    ['a session token alone', credential({ session_token: 'TOP-SECRET', region: 'us-east-1' })],
    ['keys that break a header', credential({ ...KEYS, session_token: 'TOP-SECRET\nx', region: 'us-east-1' })],
    ['an API key that breaks a header', credential({ api_key: 'TOP-SECRET\nx', region: 'us-east-1' })],
    ['no region', credential(KEYS)],
    ['a region that is none', credential({ ...KEYS, region: 'us-east-1.evil.example/#' })],
    ['a base URL with a password', credential(KEYS, { baseUrl: 'https://user:TOP-SECRET@proxy.example.com' })],
    ['a base URL that is none', credential(KEYS, { baseUrl: 'proxy' })],
  ])('refuses %s, in a sentence without secrets', (_, refused) => {
    const target = adapter.target(refused, call());
    expect(target).toEqual({ refusal: expect.stringMatching(/model provider/) });
    expect(JSON.stringify(target)).not.toMatch(/TOP-SECRET|evil/);
  });

  it.each(['', '.', '..'])('refuses the model %j', (model) => {
    expect(adapter.target(WITH_API_KEY, call({ model }))).toHaveProperty('refusal');
  });

  it('never lets the name of a model change the path around it', () => {
    fc.assert(
      fc.property(anyText, (model) => {
        const target = adapter.target(WITH_API_KEY, call({ model }));
        if ('refusal' in target || target instanceof Promise) return;
        const { pathname, search, hash } = new URL(target.origin + target.path);
        expect(pathname + search + hash).toBe(target.path);
        expect(pathname).toMatch(/^\/model\/[^/]+\/converse$/);
      }),
    );
  });

  it.each<Operation>(['list-models', 'count-tokens', 'stored-response'])(
    'refuses what Bedrock has not: %s',
    (operation) => {
      expect(adapter.target(WITH_API_KEY, call({ operation }))).toHaveProperty('refusal');
    },
  );
});

describe('BedrockAdapter, what it serves', () => {
  it('answers in Converse, and embeds where the model does', () => {
    expect(adapter.dialects(WITH_API_KEY, MODEL)).toEqual(['bedrock-converse']);
    expect(adapter.embeddings(WITH_API_KEY, MODEL)).toBeUndefined();
    const mapped = credential({}, { deploymentMap: { embedder: 'cohere.embed-v4:0' } });
    expect(adapter.dialects(mapped, 'embedder')).toEqual([]);
    expect(adapter.embeddings(mapped, 'embedder')).toMatchObject({ inputsMax: 96 });
  });

  it.each([
    [MODEL, 'anthropic'],
    ['claude-opus-4-6', 'anthropic'],
    ['openai.gpt-oss-120b-1:0', 'x-bedrock-openai'],
    ['us.amazon.nova-2-lite-v1:0', undefined],
    [ARN, undefined],
  ])('knows whose states %s understands', (model, family) => {
    expect(adapter.stateFamily(model)).toBe(family);
  });

  const { schema } = adapter.credentialRules();

  it.each([{}, { region: 'us-east-1' }, { ...KEYS, session_token: 't', region: 'us-east-1' }, { api_key: 'k' }])(
    'takes the credentials %j',
    async (credentials) => {
      expect(await schema['~standard'].validate(credentials)).not.toHaveProperty('issues');
    },
  );

  it.each([
    { access_key: 'AKIA' },
    { secret_key: 's' },
    { session_token: 't' },
    { region: 'Frankfurt' },
    { acces_key: 'typo', secret_key: 's' },
  ])('refuses the credentials %j', async (credentials) => {
    expect(await schema['~standard'].validate(credentials)).toHaveProperty('issues');
  });
});
