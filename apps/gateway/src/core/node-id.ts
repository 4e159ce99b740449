/** Longest name of a replica in spend records (contract 3.12). */
const CHARACTERS_MAX = 128;

/** The port that every gateway has unless it is told otherwise. */
const USUAL_PORT = ':5563';

/**
 * Names this gateway to the control plane: the host's name, as the contract has it, with the port when that is not the
 * usual one.
 *
 * Gateways that share a host differ in their ports. With one name between them, a revocation that one of them has
 * applied would look applied by all of them.
 *
 * @param serverAddress `host:port` or `:port`.
 */
export function nodeIdOf(hostName: string, serverAddress: string): string {
  const port = serverAddress.slice(serverAddress.lastIndexOf(':'));
  const suffix = port === USUAL_PORT ? '' : port;
  return hostName.slice(0, CHARACTERS_MAX - suffix.length) + suffix;
}
