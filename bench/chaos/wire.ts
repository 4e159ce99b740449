import { SCENARIOS } from '../load/scenarios.js';

/** Where every request of a run goes. */
export const CHAT_PATH = '/v1/chat/completions';

/** The body of every request: the load benchmark's plain scenario. */
export const requestBody = SCENARIOS.find(({ name }) => name === 'plain')?.body ?? '';

/** The gateway's own id of a request, under which it is in the ledger; undefined when the answer carries none. */
export function requestIdHeader(headers: Readonly<Record<string, string | string[] | undefined>>): string | undefined {
  const value = headers['x-langwatch-gateway-request-id'];
  return Array.isArray(value) ? value[0] : value;
}
