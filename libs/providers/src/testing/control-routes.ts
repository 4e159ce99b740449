import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './read-body.js';
import type { RecordedRequest } from './request-log.js';

const CONTROL_PREFIX = '/__fake/';

/** What the control routes may do to the fake upstream. */
export interface Controlled {
  requests(): readonly RecordedRequest[];
  scriptJson(text: string): void;
  release(): void;
  reset(): void;
}

/**
 * Control over HTTP, for a fake upstream in another process: `POST /__fake/script` (a JSON array of names,
 * behaviours and `{ when: { path, model }, behaviour }`), `POST /__fake/release`, `GET /__fake/requests` (bodies in base64), `DELETE /__fake/requests`.
 */
export class ControlRoutes {
  constructor(private readonly upstream: Controlled) {}

  /** Serves a control request. False when it is none, and then nothing was touched. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    if (!request.url?.startsWith(CONTROL_PREFIX)) return false;
    const body = await readBody(request);
    try {
      const answer = this.answer(`${request.method} ${request.url}`, body.toString('utf8'));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error: message }));
    }
    return true;
  }

  private answer(route: string, body: string): object {
    const { upstream } = this;
    switch (route) {
      case 'POST /__fake/script':
        upstream.scriptJson(body);
        return {};
      case 'POST /__fake/release':
        upstream.release();
        return {};
      case 'GET /__fake/requests':
        return upstream.requests().map((request) => ({ ...request, body: request.body.toString('base64') }));
      case 'DELETE /__fake/requests':
        upstream.reset();
        return {};
      default:
        throw new Error(`there is no ${route}`);
    }
  }
}
