import { rawRequest } from './raw-http.js';
import type { Server } from './server.js';

/** What a request came to. */
export interface ChatOutcome {
  /** 0 when there was no answer. */
  readonly status: number;
  /** The code of the gateway's own error; undefined when there is none. */
  readonly code: string | undefined;
}

/** Makes one plain chat request with `key`, on a connection of its own. Never rejects. */
export async function chat(gateway: Pick<Server, 'url'>, key: string): Promise<ChatOutcome> {
  try {
    const answer = await rawRequest(`${gateway.url}/v1/chat/completions`, {
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"model":"fake/plain","messages":[]}',
    });
    const code = answer.headers['x-langwatch-handled-error'];
    return { status: answer.status, code: Array.isArray(code) ? code[0] : code };
  } catch {
    return { status: 0, code: undefined };
  }
}
