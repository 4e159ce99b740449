import { ResponsesStreamTap, isCompleteObject, openAiResponsesProvider } from '#providers';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors/gateway-error.js';
import { streamErrorFrame } from '../../errors/stream-error-frame.js';
import { exchangeOf } from '../../exchange/exchange.js';
import { headersForwardedWith } from '../../generation/forwarded-headers.js';
import type { RelayResult } from '../../relay/answer-receiver.js';
import { StraightStream } from '../../relay/straight-stream.js';
import { UpstreamRelay } from '../../relay/upstream-relay.js';

/** Ids as OpenAI makes them; anything else could change the path. */
const RESPONSE_ID = /^[A-Za-z0-9_-]{1,256}$/;

const COLLECTION = '/v1/responses';

/**
 * Passes requests for stored responses on to the provider that has them. Nobody but the provider knows which one that
 * is, so candidates are asked in order until one does not answer 404.
 */
@Injectable()
export class StoredResponseHandler {
  constructor(private readonly relay: UpstreamRelay) {}

  /**
   * One attempt at the exchange's current candidate.
   *
   * @throws GatewayError `not_found` for an id that no provider can have made.
   */
  attempt(request: FastifyRequest, reply: FastifyReply, method: 'GET' | 'POST' | 'DELETE'): Promise<RelayResult> {
    const attempt = exchangeOf(request).takeAttempt();
    const { id } = request.params as { readonly id: string };
    if (!RESPONSE_ID.test(id)) throw new GatewayError('not_found', { message: 'There is no such response.' });
    return this.relay.attempt(request, reply, attempt, {
      operation: 'stored-response',
      dialect: 'openai-responses',
      body: undefined,
      streams: false,
      // It was settled when it was made.
      billable: false,
      resource: { method, resourcePath: request.url.slice(COLLECTION.length) },
      forwardedHeaders: headersForwardedWith('openai-responses'),
      createStream: (sink) =>
        new StraightStream(new ResponsesStreamTap(), sink, (error) => streamErrorFrame('openai-responses', error)),
      readAnswer: (body) => ({ whole: isCompleteObject(body), usage: undefined, body }),
      readError: (status, body) => openAiResponsesProvider.readError(status, body),
    });
  }
}
