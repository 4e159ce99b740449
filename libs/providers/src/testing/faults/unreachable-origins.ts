import { once } from 'node:events';
import { createServer } from 'node:net';
import type { FaultName } from './fault-catalogue.js';

/** A name that never resolves: `.invalid` is reserved for that (RFC 6761). */
export const UNRESOLVABLE_HOST = 'nonexistent.invalid';

/** A fault that lies in the address. */
export type AddressFaultName = Extract<FaultName, 'connection-refused' | 'tls-failure' | 'dns-failure'>;

/**
 * An origin at which a provider is not reached.
 *
 * @param upstreamUrl A plain HTTP server, which is then addressed with https.
 */
export async function unreachableOrigin(fault: AddressFaultName, upstreamUrl: string): Promise<string> {
  switch (fault) {
    case 'connection-refused':
      return `http://127.0.0.1:${await findClosedPort()}`;
    case 'tls-failure':
      return upstreamUrl.replace(/^http:/, 'https:');
    default:
      return `http://${UNRESOLVABLE_HOST}`;
  }
}

/** A port of loopback at which nothing listens: one that was free a moment ago. */
export async function findClosedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
