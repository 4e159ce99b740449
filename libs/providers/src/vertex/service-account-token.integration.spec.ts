import { VirtualClock } from '#kernel';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { jwtVerify } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import { TokenUnavailableError } from '../adapters/token-cache.js';
import { sampleCall, sampleCredential } from '../adapters/testing/sample-call.js';
import { sampleAccount } from './testing/sample-account.js';
import { VertexAdapter } from './vertex.adapter.js';

type Answer = (response: ServerResponse, assertion: string) => void;

const servers: Server[] = [];
const clock = new VirtualClock();
const { text, publicKey } = sampleAccount();
const call = sampleCall({ dialect: 'gemini', model: 'gemini-2.5-pro' });

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

/** An adapter whose tokens come from a server that answers with `answer`, and the bodies that it was sent. */
async function adapterAsking(answer: Answer) {
  const bodies: URLSearchParams[] = [];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const form = new URLSearchParams(await bodyOf(request));
    bodies.push(form);
    answer(response, form.get('assertion') ?? '');
  };
  const server = createServer((request, response) => void respond(request, response)).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { bodies, adapter: new VertexAdapter({ clock, tokenUrl: `http://127.0.0.1:${port}/token` }) };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** A credential as one of several keys holds it: equal to the others, and not the same object. */
function credential(auth_credentials = text) {
  return sampleCredential({ family: 'vertex', credentials: { project_id: 'p', region: 'us', auth_credentials } });
}

const granting: Answer = (response) =>
  response.end(JSON.stringify({ access_token: 'ya29.1', expires_in: 3600, token_type: 'Bearer' }));

describe('a service account', () => {
  it('gets a token for a signed assertion, once for all keys that use it, and again before it ends', async () => {
    const { bodies, adapter } = await adapterAsking(granting);
    const targets = await Promise.all([adapter.target(credential(), call), adapter.target(credential(), call)]);
    expect(targets).toMatchObject([
      { headers: { authorization: 'Bearer ya29.1' } },
      { headers: { authorization: 'Bearer ya29.1' } },
    ]);
    expect(adapter.target(credential(), call)).not.toBeInstanceOf(Promise);
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const { payload, protectedHeader } = await jwtVerify(bodies[0]?.get('assertion') ?? '', publicKey, {
      audience: 'https://oauth2.googleapis.com/token',
      issuer: 'gateway@p.iam.gserviceaccount.com',
      currentDate: new Date(clock.now()),
    });
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' });
    expect(payload).toMatchObject({ scope: 'https://www.googleapis.com/auth/cloud-platform' });
    await clock.advance(3_600_000);
    expect(await adapter.target(credential(), call)).toHaveProperty('headers');
    expect(bodies).toHaveLength(2);
  });

  it.each<[string, Answer]>([
    [
      'a refusal',
      (response) => response.writeHead(400).end('{"error":"invalid_grant","error_description":"sk-secret"}'),
    ],
    ['an error that is no word', (response) => response.writeHead(400).end('{"error":"see sk-secret"}')],
    ['a page', (response) => response.writeHead(502).end('<html>sk-secret</html>')],
    ['a grant without a token', (response) => response.end('{"expires_in":3600}')],
    ['a redirect', (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/sk-secret' }).end()],
    ['a broken connection', (response) => response.destroy()],
  ])('is refused for %s, in words that hold no secret', async (_name, answer) => {
    const { adapter } = await adapterAsking(answer);
    const error: unknown = await Promise.resolve(adapter.target(credential(), call)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(TokenUnavailableError);
    expect((error as Error).message).toMatch(/^(Google gave no access token|an access token could not be fetched)/);
    expect((error as Error).message).not.toContain('secret');
  });

  it('never calls the URL that its own document names', async () => {
    const { bodies, adapter } = await adapterAsking(granting);
    const elsewhere = sampleAccount({ token_uri: 'http://127.0.0.1:1/never' }).text;
    expect(await adapter.target(credential(elsewhere), call)).toHaveProperty('headers');
    expect(bodies).toHaveLength(1);
  });
});
