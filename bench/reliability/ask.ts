import { Agent, request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { Clock } from '#kernel';

/** How long a client waits for the end of an answer. No time limit of a run is nearly as long. */
const PATIENCE_MS = 30_000;

/** What a client got. */
export interface ClientAnswer {
  /** 0 when no status came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** `broken`: the connection ended before the answer did; `silent`: the client's patience did. */
  readonly end: 'whole' | 'broken' | 'silent';
  /** From the first byte of the request to the last one of the answer. */
  readonly durationMs: number;
}

/** One request of a client. */
export interface ClientRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Makes requests over connections that are kept. */
export class Client implements Disposable {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly clock: Clock) {}

  /** Makes one request. Never rejects. */
  async ask({ url, headers, body }: ClientRequest): Promise<ClientAnswer> {
    const startedMs = this.clock.monotonicMs();
    const bytes = Buffer.from(body);
    const chunks: Buffer[] = [];
    const ended = Promise.withResolvers<ClientAnswer['end']>();
    let response: IncomingMessage | undefined;
    const outgoing = request(url, {
      agent: this.agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers },
    });
    outgoing.on('error', () => ended.resolve('broken'));
    outgoing.on('response', (incoming) => {
      response = incoming;
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', () => ended.resolve('broken'));
      incoming.on('close', () => ended.resolve(incoming.complete ? 'whole' : 'broken'));
    });
    const cancel = this.clock.schedule(PATIENCE_MS, () => ended.resolve('silent'));
    outgoing.end(bytes);
    const end = await ended.promise;
    cancel();
    if (end === 'silent') outgoing.destroy();
    const { statusCode: status = 0, headers: answerHeaders = {} } = response ?? {};
    const durationMs = this.clock.monotonicMs() - startedMs;
    return { status, headers: answerHeaders, body: Buffer.concat(chunks), end, durationMs };
  }

  [Symbol.dispose](): void {
    this.agent.destroy();
  }
}

/** A header's value; undefined when it is absent or there are several. */
export function headerOf({ headers }: ClientAnswer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
}
