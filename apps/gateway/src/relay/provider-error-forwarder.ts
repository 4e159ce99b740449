import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { identityHeaders, type Exchange } from '../exchange/exchange.js';
import { GatewayVersion } from '../gateway-version.js';
import { copyProviderHeaders } from './answer-headers.js';
import type { UpstreamErrorAnswer } from './attempt-outcome.js';

/** Forwards a provider's own error to the client: its status, its bytes, and which provider it was. */
@Injectable()
export class ProviderErrorForwarder {
  constructor(private readonly version: GatewayVersion) {}

  /** Sends `failure` as the answer. A redirect is never passed on, since no client may be sent elsewhere. */
  forward(exchange: Exchange, reply: FastifyReply, failure: UpstreamErrorAnswer): void {
    if (exchange.failInBand(failure.error)) return;
    const headers: Record<string, string | string[]> = identityHeaders(exchange, this.version.text);
    copyProviderHeaders({ ...failure.headers } as Record<string, string | string[] | undefined>, headers);
    headers['content-type'] ??= 'application/json';
    headers['cache-control'] = 'no-store';
    if (exchange.candidate !== undefined) headers['x-langwatch-provider'] = exchange.candidate.modelProvider.family;
    const status = failure.status >= 400 ? failure.status : 502;
    void reply.code(status).headers(headers).send(failure.body);
  }
}
