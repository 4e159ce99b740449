import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Clock } from '#kernel';
import type { Behaviour } from './behaviour.js';

/** Requests that are remembered; the oldest are forgotten first. */
export const RECORDED_REQUESTS_MAX = 10_000;

/** Bytes of bodies that are remembered in all; the oldest requests are forgotten first. */
export const RECORDED_BODY_BYTES_MAX = 256 * 1024 * 1024;

/** How an exchange ended. `client-closed`: the caller left before the answer was whole; `cut`: the fake broke it off. */
export type ExchangeEnd = 'open' | 'answered' | 'client-closed' | 'cut';

/** What the fake upstream saw of one request, as of the moment it was asked. */
export interface RecordedRequest {
  /** 1 for the first request since the start. */
  readonly number: number;
  readonly method: string;
  /** Path and query, as received. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as received: spelling, order and repetitions are kept. */
  readonly rawHeaders: readonly string[];
  /** The bytes of the body, as received; empty until it is complete. */
  readonly body: Buffer;
  /** Undefined until the body was read. */
  readonly behaviour: Behaviour | undefined;
  /** Events that were handed to the connection; 0 for a plain answer. */
  readonly eventsSent: number;
  /** It was told to hold, reached that point, and waits for its release. */
  readonly holding: boolean;
  readonly end: ExchangeEnd;
  /** From the arrival of the headers to the end; undefined while open. Milliseconds. */
  readonly durationMs: number | undefined;
  /** When the caller left before the answer was whole; undefined when it did not. Milliseconds since the epoch. */
  readonly clientClosedAtMs: number | undefined;
}

/** A {@link RecordedRequest} while it is being served. */
export class OpenRequest {
  body: Buffer = Buffer.alloc(0);
  behaviour: Behaviour | undefined;
  eventsSent = 0;
  private holding = false;
  private ended: ExchangeEnd = 'open';
  private durationMs: number | undefined;
  private clientClosedAtMs: number | undefined;
  private readonly startedAtMs: number;

  constructor(
    private readonly number: number,
    private readonly message: IncomingMessage,
    private readonly clock: Clock,
    private readonly onChange: () => void,
  ) {
    this.startedAtMs = clock.monotonicMs();
  }

  /** Notes how it ended; the first call counts. */
  finish(end: Exclude<ExchangeEnd, 'open'>): void {
    if (this.ended !== 'open') return;
    this.ended = end;
    this.durationMs = this.clock.monotonicMs() - this.startedAtMs;
    if (end === 'client-closed') this.clientClosedAtMs = this.clock.now();
    this.onChange();
  }

  /** Notes the body and what will be done. */
  received(body: Buffer): void {
    this.body = body;
    this.onChange();
  }

  /** Notes that an event was sent. */
  sent(): void {
    this.eventsSent += 1;
    this.onChange();
  }

  /** Notes that the answer holds, or goes on. */
  hold(holding: boolean): void {
    this.holding = holding;
    this.onChange();
  }

  get snapshot(): RecordedRequest {
    const { number, message, body, behaviour, eventsSent, holding, ended: end, durationMs, clientClosedAtMs } = this;
    const { method = '', url = '', headers, rawHeaders } = message;
    const request = { number, method, url, headers, rawHeaders, body };
    return { ...request, behaviour, eventsSent, holding, end, durationMs, clientClosedAtMs };
  }
}

/** The last requests, within {@link RECORDED_REQUESTS_MAX} and {@link RECORDED_BODY_BYTES_MAX}. */
export class RequestLog {
  private readonly requests = new Set<OpenRequest>();
  private readonly waiters = new Set<() => void>();
  private bodyBytes = 0;
  private count = 0;

  constructor(private readonly clock: Clock) {}

  /** Starts the record of a request whose headers came. */
  open(message: IncomingMessage): OpenRequest {
    this.count += 1;
    const request = new OpenRequest(this.count, message, this.clock, () => this.changed());
    this.requests.add(request);
    this.changed();
    return request;
  }

  /** Adds the body to a record. */
  addBody(request: OpenRequest, body: Buffer): void {
    if (this.requests.has(request)) this.bodyBytes += body.length;
    request.received(body);
  }

  /** Oldest first. */
  all(): RecordedRequest[] {
    return Array.from(this.requests, (request) => request.snapshot);
  }

  /** Forgets all records; numbers go on. */
  clear(): void {
    this.requests.clear();
    this.bodyBytes = 0;
  }

  /** Calls `listener` after each change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.waiters.add(listener);
    return () => this.waiters.delete(listener);
  }

  private changed(): void {
    for (const oldest of this.requests) {
      if (this.requests.size <= RECORDED_REQUESTS_MAX && this.bodyBytes <= RECORDED_BODY_BYTES_MAX) break;
      this.requests.delete(oldest);
      this.bodyBytes -= oldest.body.length;
    }
    for (const waiter of this.waiters) waiter();
  }
}
