import type { JsonObject } from '#providers';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Attempt } from '../exchange/attempt.js';
import { identityHeaders, type Exchange } from '../exchange/exchange.js';
import { GatewayVersion } from '../gateway-version.js';
import type { RelayResult } from './answer-receiver.js';
import { NOTHING_USED } from './nothing-used.js';

/** Answers in a provider's place, where the gateway knows the answer itself. */
@Injectable()
export class LocalAnswer {
  constructor(private readonly version: GatewayVersion) {}

  /** Sends `body` as the answer of an attempt that cost nothing. */
  send(
    exchange: Exchange,
    attempt: Attempt,
    reply: FastifyReply,
    body: JsonObject,
    headers: Readonly<Record<string, string>>,
  ): RelayResult {
    attempt.control.answering();
    exchange.answeredBy(attempt);
    void reply
      .headers({
        ...identityHeaders(exchange, this.version.text),
        'content-type': 'application/json',
        'cache-control': 'no-store',
        ...headers,
      })
      .send(JSON.stringify(body));
    return { kind: 'success', value: { end: 'complete', status: 200, usage: NOTHING_USED, deltas: 0 } };
  }
}
