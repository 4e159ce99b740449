import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { zstdDecompressSync } from 'node:zlib';

/** One request of an assistant and its answer, as they went over the wire. */
export interface TappedExchange {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly contentEncoding: string | undefined;
  /** The request's body, its content encoding undone. */
  readonly body: Buffer;
  readonly status: number;
  readonly contentType: string | undefined;
  /** The answer as far as it came. */
  readonly text: string;
}

/** Stands between an assistant and the gateway, passes every byte on and keeps the answers. */
export class WireTap implements AsyncDisposable {
  private readonly seen: TappedExchange[] = [];
  private readonly server: Server;

  private constructor(private readonly target: URL) {
    this.server = createServer((request, response) => {
      // An assistant that leaves early breaks the pipeline, which is its right.
      this.pass(request, response).catch(() => response.destroy());
    });
  }

  /** Listens on loopback, in front of the gateway at `gatewayUrl`. */
  static async start(gatewayUrl: string): Promise<WireTap> {
    const tap = new WireTap(new URL(gatewayUrl));
    tap.server.listen(0, '127.0.0.1');
    await once(tap.server, 'listening');
    return tap;
  }

  get url(): string {
    const address = this.server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the wire tap is not listening');
    return `http://127.0.0.1:${address.port}`;
  }

  /** What went through, in the order of the answers' ends. */
  get exchanges(): readonly TappedExchange[] {
    return this.seen;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.server.closeAllConnections();
    await closed;
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const { hostname, port } = this.target;
    const outgoing = send({ hostname, port, method, path: url, headers, agent: false });
    const answered = once(outgoing, 'response');
    const asked = keep(request);
    await pipeline(request, outgoing);
    const [answer]: IncomingMessage[] = await answered;
    if (answer === undefined) throw new Error('the gateway gave no answer');
    const status = answer.statusCode ?? 0;
    const answerBytes = keep(answer);
    response.writeHead(status, answer.headers);
    try {
      await pipeline(answer, response);
    } finally {
      const contentEncoding = headers['content-encoding'];
      const contentType = answer.headers['content-type'];
      const body = contentEncoding === 'zstd' ? zstdDecompressSync(asked()) : asked();
      this.seen.push({ method, url, contentEncoding, body, status, contentType, text: answerBytes().toString('utf8') });
    }
  }
}

/** Keeps what is read from a stream; the function tells what came so far. */
function keep(stream: Readable): () => Buffer {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}
