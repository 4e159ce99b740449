import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { jwtVerify } from 'jose';
import { sampleAccount } from '../../libs/providers/src/vertex/testing/sample-account.js';
import { UPSTREAM_KEY } from './provider-rows.js';

/** Whom Google wants assertions addressed to. */
const AUDIENCE = 'https://oauth2.googleapis.com/token';

/** Stands for Google's token endpoint, on loopback. */
export interface TokenEndpoint extends AsyncDisposable {
  readonly url: string;
  /** The JSON text of the only service account that it knows. */
  readonly serviceAccount: string;
}

/** Starts a token endpoint that gives a token for an assertion which its service account signed. */
export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const { text: serviceAccount, publicKey } = sampleAccount();
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => jwtVerify(new URLSearchParams(body).get('assertion') ?? '', publicKey, { audience: AUDIENCE }))
      .then(
        () => response.end(JSON.stringify({ access_token: UPSTREAM_KEY, expires_in: 3600, token_type: 'Bearer' })),
        () => response.writeHead(400).end('{"error":"invalid_grant"}'),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return {
    url: `http://127.0.0.1:${address.port}/token`,
    serviceAccount,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
