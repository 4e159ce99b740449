import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { invariant, type Clock } from '#kernel';
import { Pool, type Dispatcher } from 'undici';
import { GATEWAY_PROTOCOL_PREFIX } from './endpoints.js';
import { SIGNATURE_HEADERS, signRequest } from './signature.js';

const inflate = promisify(gunzip);

const REQUEST_TIMEOUT_MS = 10_000;
const RESPONSE_BODY_BYTES_MAX = 8 * 1024 * 1024;
/** Long polls of the change feed hold a connection each (50 by default), and lookups must never queue behind them. */
const CONNECTIONS_MAX = 128;

/** How to reach a control plane; checked once, at construction. */
export interface ControlPlaneClientOptions {
  /** `http:` or `https:` URL of the control plane. A path in it is a prefix of every call and is signed with it. */
  readonly baseUrl: string;
  /** The shared secret that signs every call. The control plane may accept a previous one; a caller has only this. */
  readonly secret: string;
  /** Names this replica to the control plane; advisory. */
  readonly nodeId: string;
  /** Version of the gateway, sent in `User-Agent`. */
  readonly version: string;
  readonly clock: Clock;
  /** Milliseconds that a call may take when it names no limit of its own, to the last byte of the answer. Default 10,000. */
  readonly requestTimeoutMs?: number;
  /** The longest answer that is read, before and after decompression; a longer one fails the call. Default 8 MiB. */
  readonly responseBodyBytesMax?: number;
}

/** One call of the gateway protocol. */
export interface ControlPlaneCall {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Path below the protocol's prefix, such as `/resolve-key`; identifiers in it are percent-encoded by the caller. */
  readonly path: string;
  /** Query parameters; an `undefined` value is left out. The query is not covered by the signature. */
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** JSON text. Absent: no body is sent. */
  readonly body?: string;
  /** Further headers, such as `if-none-match` or `traceparent`. They cannot replace the headers of the signature. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for the whole exchange. Default: the client's `requestTimeoutMs`. */
  readonly timeoutMs?: number;
  /** Ends the call at once; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** An answer of the control plane, whatever its status: judging it is up to the caller. */
export interface ControlPlaneAnswer {
  readonly status: number;
  /** Lower-case names; a repeated header is joined with `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The whole body, unparsed and decompressed (gzip, for a call that asked for it); empty when there was none. */
  readonly body: string;
}

/** How a call failed without an answer. */
export type ControlPlaneFailureKind = 'timeout' | 'network' | 'response_too_large';

/**
 * No usable answer came from the control plane: refused, reset, truncated, too slow or too large.
 *
 * An expected condition, so it carries no stack; the cause is kept. The message names the call and no secret.
 */
export class ControlPlaneUnavailableError extends Error {
  override readonly name = 'ControlPlaneUnavailableError';

  constructor(
    call: Pick<ControlPlaneCall, 'method' | 'path'>,
    readonly kind: ControlPlaneFailureKind,
    cause: unknown,
  ) {
    super(`control plane gave no answer to ${call.method} ${call.path}: ${kind}`, { cause });
    this.stack = `${this.name}: ${this.message}`;
  }
}

/** Calls a control plane over kept-alive connections and signs every request. It follows no redirect and retries nothing. */
export class ControlPlaneClient {
  private readonly pool: Pool;
  private readonly pathPrefix: string;
  private readonly requestTimeoutMs: number;
  private readonly responseBodyBytesMax: number;

  constructor(private readonly options: ControlPlaneClientOptions) {
    const url = new URL(options.baseUrl);
    invariant(url.protocol === 'http:' || url.protocol === 'https:', 'the base URL must be http: or https:');
    invariant(options.secret !== '', 'the shared secret must not be empty');
    this.pathPrefix = url.pathname.replace(/\/+$/, '') + GATEWAY_PROTOCOL_PREFIX;
    this.requestTimeoutMs = options.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
    this.responseBodyBytesMax = options.responseBodyBytesMax ?? RESPONSE_BODY_BYTES_MAX;
    this.pool = new Pool(url.origin, {
      connections: CONNECTIONS_MAX,
      pipelining: 1,
      maxResponseSize: this.responseBodyBytesMax,
      // The time limit of each call governs the whole exchange; undici's coarser ones would only blur it.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  /**
   * Makes one call and reads the whole answer.
   *
   * @returns The answer with any status, also 3xx, 4xx and 5xx.
   * @throws {ControlPlaneUnavailableError} when no whole answer came in time; the reason of `signal` when that aborted.
   */
  async request(call: ControlPlaneCall): Promise<ControlPlaneAnswer> {
    call.signal?.throwIfAborted();
    const requestOptions = this.requestOptions(call);
    const timeout = new AbortController();
    const finished = new AbortController();
    const onTimeout = (): void => timeout.abort();
    this.options.clock.sleep(call.timeoutMs ?? this.requestTimeoutMs, finished.signal).then(onTimeout, ignoreWake);
    const signals = call.signal === undefined ? [timeout.signal] : [timeout.signal, call.signal];
    try {
      const response = await this.pool.request({ ...requestOptions, signal: AbortSignal.any(signals) });
      const headers = joinRepeated(response.headers);
      const body = await this.readBody(response.body, headers['content-encoding']);
      return { status: response.statusCode, headers, body };
    } catch (cause) {
      call.signal?.throwIfAborted();
      throw new ControlPlaneUnavailableError(call, failureKind(cause, timeout.signal), cause);
    } finally {
      finished.abort();
    }
  }

  /** Closes every connection at once: calls in flight and later ones fail as `network`. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private async readBody(body: Dispatcher.ResponseData['body'], encoding: string | undefined): Promise<string> {
    if (encoding !== 'gzip') return body.text();
    const inflated = await inflate(await body.arrayBuffer(), { maxOutputLength: this.responseBodyBytesMax });
    return inflated.toString('utf8');
  }

  private requestOptions(call: ControlPlaneCall): Dispatcher.RequestOptions {
    // What is signed must be what is sent, so the path takes its final spelling before both.
    const url = new URL(this.pathPrefix + call.path, 'http://control-plane');
    invariant(url.search === '' && url.hash === '', 'the path of a call carries no query and no fragment');
    invariant(url.pathname.startsWith(`${this.pathPrefix}/`), 'the path of a call stays below the protocol prefix');
    const path = url.pathname;
    for (const [name, value] of Object.entries(call.query ?? {})) {
      if (value !== undefined) url.searchParams.append(name, value);
    }
    return {
      method: call.method,
      path: path + url.search,
      body: call.body ?? null,
      headers: { ...call.headers, ...this.ownHeaders(call, path) },
    };
  }

  private ownHeaders(call: ControlPlaneCall, path: string): Record<string, string> {
    const { secret, nodeId, version, clock } = this.options;
    const timestampSeconds = Math.floor(clock.now() / 1000);
    return {
      'user-agent': `langwatch-aigateway/${version}`,
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      [SIGNATURE_HEADERS.node]: nodeId,
      [SIGNATURE_HEADERS.timestamp]: String(timestampSeconds),
      [SIGNATURE_HEADERS.signature]: signRequest(
        { method: call.method, path, body: call.body ?? '' },
        secret,
        timestampSeconds,
      ),
    };
  }
}

function failureKind(cause: unknown, timeout: AbortSignal): ControlPlaneFailureKind {
  if (timeout.aborted) return 'timeout';
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'ERR_BUFFER_TOO_LARGE') return 'response_too_large';
  return code === 'UND_ERR_CONNECT_TIMEOUT' ? 'timeout' : 'network';
}

function joinRepeated(headers: Dispatcher.ResponseData['headers']): Record<string, string | undefined> {
  const joined: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers)) joined[name] = Array.isArray(value) ? value.join(', ') : value;
  return joined;
}

function ignoreWake(): void {
  // The sleep that guards a finished call ends early: nothing is left to cut.
}
