import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { identityHeaders, type Exchange } from '../exchange/exchange.js';
import type { ClientSide } from './answer-receiver.js';
import { copyProviderHeaders } from './answer-headers.js';

/** Slows a provider's side down and lets it go on. */
export interface Throttle {
  pause(): void;
  resume(): void;
}

/** The client's HTTP response. After the commit point Fastify has no part in it any more. */
export class HttpClientSide implements ClientSide {
  private readonly raw: ServerResponse;
  private started = false;

  constructor(
    private readonly exchange: Exchange,
    private readonly reply: FastifyReply,
    private readonly provider: { readonly status: number; readonly headers: IncomingHttpHeaders },
    private readonly throttle: Throttle,
    private readonly version: string,
    private readonly onStream: () => void,
  ) {
    this.raw = reply.raw;
  }

  get committed(): boolean {
    return this.started;
  }

  commit(bodyBytes?: number): void {
    this.started = true;
    this.exchange.onCommit();
    this.reply.hijack();
    const headers: Record<string, string | string[]> = identityHeaders(this.exchange, this.version);
    copyProviderHeaders(this.provider.headers, headers);
    headers['content-type'] ??= 'application/json';
    headers['cache-control'] = bodyBytes === undefined ? 'no-cache' : 'no-store';
    if (bodyBytes !== undefined) headers['content-length'] = String(bodyBytes);
    const { candidate, candidateIndex } = this.exchange;
    if (candidate !== undefined) {
      headers['x-langwatch-provider'] = candidate.modelProvider.family;
      headers['x-langwatch-model'] = headerText(candidate.model);
      headers['x-langwatch-fallback-count'] = candidateIndex > 0 ? '1' : '0';
    }
    this.raw.writeHead(this.provider.status, headers);
    if (bodyBytes === undefined) this.onStream();
  }

  write(bytes: Buffer | string): void {
    if (this.raw.write(bytes)) return;
    this.throttle.pause();
    this.raw.once('drain', () => this.throttle.resume());
  }

  end(bytes?: Buffer | string): void {
    if (bytes === undefined) this.raw.end();
    else this.raw.end(bytes);
  }
}

/** A header must be visible ASCII; a model's name need not be. */
function headerText(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
