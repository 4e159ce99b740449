import type { FastifyRequest } from 'fastify';
import { SIGNATURE_HEADERS } from '#gateway-protocol';

/** Which gateway sent a request. */
export interface Sender {
  readonly nodeId: string;
  /** Empty when it does not say. */
  readonly version: string;
}

const NODE_ID_CHARACTERS_MAX = 256;
const VERSION_CHARACTERS_MAX = 64;

/** Reads the name and version of the gateway that sent a signed request; undefined when it does not name itself. */
export function senderOf({ headers }: Pick<FastifyRequest, 'headers'>): Sender | undefined {
  const nodeId = headers[SIGNATURE_HEADERS.node];
  if (typeof nodeId !== 'string' || nodeId === '' || nodeId.length > NODE_ID_CHARACTERS_MAX) return undefined;
  const version = /^[^\s/]+\/(\S+)/.exec(headers['user-agent'] ?? '')?.[1] ?? '';
  return { nodeId, version: version.slice(0, VERSION_CHARACTERS_MAX) };
}
