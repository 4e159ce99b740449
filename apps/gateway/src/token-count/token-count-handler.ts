import {
  Losses,
  asCount,
  estimateTokens,
  parseObject,
  type Dialect,
  type JsonObject,
  type ModelRequest,
} from '#providers';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import { headersForwardedWith } from '../generation/forwarded-headers.js';
import { readModelRequest } from '../generation/translation.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import { LocalAnswer } from '../relay/local-answer.js';
import type { UpstreamCall } from '../relay/upstream-call.js';
import { UpstreamRelay } from '../relay/upstream-relay.js';
import type { Candidate } from '../routing/candidate.js';
import { candidateCapabilities, candidateStateFamily, upstreamModelOf } from '../routing/model-traits.js';
import { providerCountOf, type ProviderCount } from './provider-counts.js';
import type { TokenCountDialect } from './token-count-dialect.js';

/**
 * Says how many input tokens a request would have: asks the provider where it counts, and else estimates with a public
 * tokenizer and says so in `X-LangWatch-Token-Count: estimated`.
 */
@Injectable()
export class TokenCountHandler {
  constructor(
    private readonly relay: UpstreamRelay,
    private readonly local: LocalAnswer,
  ) {}

  /** One attempt at the exchange's current candidate. `body` is the client's. */
  async attempt(
    request: FastifyRequest,
    reply: FastifyReply,
    body: Buffer,
    dialect: TokenCountDialect,
  ): Promise<RelayResult> {
    const exchange = exchangeOf(request);
    const attempt = exchange.takeAttempt();
    const { candidate } = attempt;
    const { adapter, modelProvider, model } = candidate;
    const counting = adapter.dialects(modelProvider, model).filter((spoken) => adapter.countsTokens(spoken));
    if (counting.includes(dialect.dialect)) {
      return this.relay.attempt(request, reply, attempt, straightCount(dialect, body, model));
    }
    const modelRequest = readRequest(exchange, dialect, body);
    const [other] = counting;
    const count = other === undefined ? undefined : providerCountOf(other);
    if (other !== undefined && count !== undefined) {
      return this.relay.attempt(
        request,
        reply,
        attempt,
        translatedCount(dialect, other, { count, modelRequest, candidate }),
      );
    }
    const tokens = await estimateTokens(modelRequest);
    return this.local.send(exchange, attempt, reply, dialect.write(tokens), { 'x-langwatch-token-count': 'estimated' });
  }
}

/** What every count has in common: no stream, and nothing to pay. */
const COUNT = {
  operation: 'count-tokens',
  streams: false,
  billable: false,
  createStream: (): never => {
    throw new Error('a token count is no stream');
  },
} as const;

function straightCount(dialect: TokenCountDialect, body: Buffer, model: string): UpstreamCall {
  return {
    ...COUNT,
    dialect: dialect.dialect,
    body: dialect.encode(body, model),
    forwardedHeaders: headersForwardedWith(dialect.dialect),
    readAnswer: (answer) => ({
      whole: parseObject(answer.toString('utf8')) !== undefined,
      usage: undefined,
      body: answer,
    }),
    readError: dialect.readError,
  };
}

function translatedCount(
  dialect: TokenCountDialect,
  spoken: Dialect,
  parts: { readonly count: ProviderCount; readonly modelRequest: ModelRequest; readonly candidate: Candidate },
): UpstreamCall {
  const { count, modelRequest, candidate } = parts;
  const body = count.write(modelRequest, {
    model: upstreamModelOf(candidate),
    stateFamily: candidateStateFamily(candidate),
    capabilities: candidateCapabilities(candidate),
    // What a count leaves out changes no answer, so nobody is told.
    losses: new Losses(),
  });
  return {
    ...COUNT,
    dialect: spoken,
    body: Buffer.from(JSON.stringify(body)),
    forwardedHeaders: [],
    readAnswer: (answer) => {
      const tokens = readCount(count, parseObject(answer.toString('utf8')));
      return { whole: tokens !== undefined, usage: undefined, body: json(dialect.write(tokens ?? 0)) };
    },
    readError: (status, error) => count.codec.readError(status, error),
    writeError: (error) => json(dialect.codec.writeError(error)),
  };
}

function readRequest(exchange: Exchange, dialect: TokenCountDialect, body: Buffer): ModelRequest {
  exchange.modelRequest ??= readModelRequest(dialect, body);
  return exchange.modelRequest;
}

function readCount(count: ProviderCount, answer: JsonObject | undefined): number | undefined {
  return answer === undefined ? undefined : asCount(count.read(answer));
}

function json(value: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(value));
}
