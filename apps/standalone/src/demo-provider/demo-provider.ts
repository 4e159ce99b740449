import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock } from '#kernel';
import { choosePort } from '../network/ports.js';
import { chatRequestSchema, type ChatRequest } from './chat-request.js';
import { chunksOf, completionOf, DEMO_MODEL, errorOf, modelList } from './chat-wire.js';
import { answerOf } from './demo-answer.js';

const LOOPBACK = '127.0.0.1';
const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Slow enough to be seen as a stream, fast enough to be over in half a second. */
const WORD_INTERVAL_MS = 15;

/** A model provider that needs no account and no network: OpenAI's wire over HTTP, with answers made by rule. */
export class DemoProvider {
  private readonly server: Server;

  private constructor(private readonly clock: Clock) {
    this.server = createServer((request, response) => {
      void this.respond(request, response);
    });
  }

  /** Listens on loopback, on `preferredPort` or, where that is taken, on a free one. Resolves with its base URL. */
  static async listen(preferredPort: number, clock: Clock): Promise<{ provider: DemoProvider; baseUrl: string }> {
    const port = await choosePort(preferredPort);
    const provider = new DemoProvider(clock);
    provider.server.listen(port, LOOPBACK);
    await once(provider.server, 'listening');
    return { provider, baseUrl: `http://${LOOPBACK}:${port}/v1` };
  }

  /** Closes the listener and every connection, also in the middle of an answer. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = `${request.method} ${request.url?.split('?')[0]}`;
    try {
      if (route === 'GET /v1/models') sendJson(response, 200, modelList());
      else if (route === 'POST /v1/chat/completions') await this.chat(request, response);
      else sendJson(response, 404, errorOf(`Unknown request: ${route}`, 'unknown_url'));
    } catch (error) {
      // The only thing that can go wrong here is the connection, so nobody is left to be told.
      response.destroy(error instanceof Error ? error : undefined);
    }
  }

  private async chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reading = readChatRequest(await readBody(request));
    if ('problem' in reading) return sendJson(response, 400, errorOf(reading.problem, 'invalid_request'));
    const chat = reading.request;
    if (chat.model !== DEMO_MODEL) {
      const message = `The model \`${chat.model}\` does not exist: the demo provider serves ${DEMO_MODEL}.`;
      return sendJson(response, 404, errorOf(message, 'model_not_found'));
    }
    const createdSeconds = Math.floor(this.clock.now() / 1000);
    const answer = answerOf(chat);
    if (chat.stream !== true) return sendJson(response, 200, completionOf(answer, createdSeconds));
    const includeUsage = chat.stream_options?.include_usage === true;
    return this.stream(response, chunksOf(answer, createdSeconds, includeUsage));
  }

  private async stream(response: ServerResponse, chunks: Iterable<object>): Promise<void> {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' });
    for (const chunk of chunks) {
      if (gone.signal.aborted) return;
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      await this.clock.sleep(WORD_INTERVAL_MS, gone.signal).catch(() => undefined);
    }
    response.end('data: [DONE]\n\n');
  }
}

/** The body as text, or undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let byteCount = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    byteCount += bytes.length;
    if (byteCount <= BODY_BYTES_MAX) parts.push(bytes);
  }
  return byteCount > BODY_BYTES_MAX ? undefined : Buffer.concat(parts).toString('utf8');
}

function readChatRequest(body: string | undefined): { request: ChatRequest } | { problem: string } {
  if (body === undefined) return { problem: `The body is larger than ${BODY_BYTES_MAX} bytes.` };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return { problem: 'The body is not JSON.' };
  }
  const parsed = chatRequestSchema.safeParse(value);
  if (parsed.success) return { request: parsed.data };
  const [issue] = parsed.error.issues;
  return { problem: `${issue?.path.join('.') || 'The body'}: ${issue?.message}` };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
