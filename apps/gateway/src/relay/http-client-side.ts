import type { IncomingHttpHeaders } from 'node:http';
import type { Attempt } from '../exchange/attempt.js';
import { identityHeaders, type Exchange } from '../exchange/exchange.js';
import type { AnswerHead, ClientSide } from './answer-receiver.js';
import { copyProviderHeaders } from './answer-headers.js';
import { attemptsHeader } from './attempts-header.js';
import type { ClientResponse } from './client-response.js';
import { headerText } from './header-text.js';

/** Slows a provider's side down and lets it go on. */
export interface Throttle {
  pause(): void;
  resume(): void;
}

/** What a {@link HttpClientSide} needs. */
export interface HttpClientSideOptions {
  readonly exchange: Exchange;
  readonly attempt: Attempt;
  readonly response: ClientResponse;
  readonly provider: { readonly status: number; readonly headers: IncomingHttpHeaders };
  readonly throttle: Throttle;
  readonly version: string;
  /** Called at the commit point. */
  readonly onCommit: () => void;
  /** Called when a stream to the client opens. */
  readonly onStream: () => void;
}

/** The client's HTTP response as one attempt sees it. */
export class HttpClientSide implements ClientSide {
  private started = false;

  constructor(private readonly options: HttpClientSideOptions) {}

  get committed(): boolean {
    return this.started;
  }

  commit(head: AnswerHead): void {
    const { exchange, attempt, response, provider, onCommit, onStream } = this.options;
    this.started = true;
    exchange.keepAlive?.stop();
    onCommit();
    attempt.control.answering();
    exchange.answeredBy(attempt);
    if (response.opened) return;
    response.open(provider.status, this.headers(head));
    if (head.bodyBytes === undefined) onStream();
  }

  write(bytes: Buffer | string): void {
    const { response, throttle } = this.options;
    if (response.write(bytes)) return;
    throttle.pause();
    response.onDrain(() => throttle.resume());
  }

  end(bytes?: Buffer | string): void {
    this.options.response.end(bytes);
  }

  private headers({ bodyBytes, contentType }: AnswerHead): Record<string, string | string[]> {
    const { exchange, attempt, provider, version } = this.options;
    const headers: Record<string, string | string[]> = identityHeaders(exchange, version);
    copyProviderHeaders(provider.headers, headers);
    if (contentType !== undefined) headers['content-type'] = contentType;
    headers['content-type'] ??= 'application/json';
    headers['cache-control'] = bodyBytes === undefined ? 'no-cache' : 'no-store';
    if (bodyBytes !== undefined) headers['content-length'] = String(bodyBytes);
    const { candidate, index, droppedFields } = attempt;
    if (droppedFields.length > 0) headers['x-langwatch-params-dropped'] = headerText(droppedFields.join(','));
    headers['x-langwatch-provider'] = candidate.modelProvider.family;
    headers['x-langwatch-model'] = headerText(candidate.model);
    headers['x-langwatch-fallback-count'] = index > 0 ? '1' : '0';
    headers['x-langwatch-attempts'] = attemptsHeader(exchange.steps, attempt);
    return headers;
  }
}
