import { beforeEach, describe, expect, it, vi } from 'vitest';
import { TokenUnavailableError } from '../adapters/token-cache.js';
import { azureCloudOf } from './azure-cloud.js';
import { createEntraTokenSource, type EntraIdentity } from './entra-token.js';

/** What Microsoft's library was asked for, and what it answers. */
const library = vi.hoisted(() => ({
  created: [] as unknown[][],
  scopes: [] as string[],
  answer: (): { token: string; expiresOnTimestamp: number } | null => ({ token: 't-1', expiresOnTimestamp: 1_000 }),
}));

vi.mock('@azure/identity', () => {
  const credential = (kind: string) =>
    class {
      constructor(...args: unknown[]) {
        library.created.push([kind, ...args]);
      }

      async getToken(scope: string): Promise<ReturnType<typeof library.answer>> {
        library.scopes.push(scope);
        return library.answer();
      }
    };
  return { ClientSecretCredential: credential('application'), DefaultAzureCredential: credential('machine') };
});

const publicCloud = azureCloudOf('https://x.openai.azure.com');
const application: EntraIdentity = {
  kind: 'application',
  cloud: publicCloud,
  tenantId: 'tenant',
  clientId: 'client',
  clientSecret: 'hush',
};

beforeEach(() => {
  library.created.length = 0;
  library.scopes.length = 0;
  library.answer = () => ({ token: 't-1', expiresOnTimestamp: 1_000 });
});

describe('createEntraTokenSource', () => {
  it('signs in as an application at the authority of its cloud', async () => {
    expect(await createEntraTokenSource()(application)).toEqual({ token: 't-1', expiresAtMs: 1_000 });
    const options = { authorityHost: 'https://login.microsoftonline.com' };
    expect(library.created).toEqual([['application', 'tenant', 'client', 'hush', options]]);
    expect(library.scopes).toEqual(['https://cognitiveservices.azure.com/.default']);
  });

  it('finds out once per cloud what this machine is', async () => {
    const source = createEntraTokenSource();
    const government = azureCloudOf('https://x.openai.azure.us');
    for (const cloud of [publicCloud, publicCloud, government]) await source({ kind: 'machine', cloud });
    expect(library.created).toEqual([
      ['machine', {}],
      ['machine', { authorityHost: 'https://login.microsoftonline.us' }],
    ]);
    expect(library.scopes.at(-1)).toBe('https://cognitiveservices.azure.us/.default');
  });

  it.each([
    ['no token', () => null],
    [
      'an error',
      () => {
        throw new Error('AADSTS7000215: invalid client secret hush');
      },
    ],
  ])('rejects when the library has %s, in words that hold no secret', async (_name, answer) => {
    library.answer = answer;
    const error: unknown = await createEntraTokenSource()(application).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TokenUnavailableError);
    expect((error as Error).message).toBe('Microsoft Entra ID gave no access token');
  });
});
