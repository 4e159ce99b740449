import { once } from 'node:events';
import { request, type IncomingHttpHeaders } from 'node:http';

/** An answer with the bytes of its body as they came. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Options of a {@link rawRequest}. */
export interface RawRequestOptions {
  /** Default: POST when there is a body, else GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** Makes one request on a connection of its own; nothing is encoded, decoded, retried or followed. */
export async function rawRequest(url: string, options: RawRequestOptions = {}): Promise<RawAnswer> {
  const body = options.body === undefined ? undefined : Buffer.from(options.body);
  const outgoing = request(url, {
    agent: false,
    method: options.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body === undefined ? {} : { 'content-length': String(body.length) }), ...options.headers },
  });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(Buffer.from(chunk));
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}
