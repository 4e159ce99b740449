import {
  Losses,
  RequestUnreadableError,
  isUnsupportedField,
  openAiChatProvider,
  openAiEmbeddingsProvider,
  parseObject,
  type EmbeddingsAnswer,
  type EmbeddingsRequest,
  type ProviderEmbeddingsCodec,
} from '#providers';
import { invariant } from '#kernel';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '../errors/gateway-error.js';
import type { Attempt } from '../exchange/attempt.js';
import { exchangeOf } from '../exchange/exchange.js';
import { headersForwardedWith } from '../generation/forwarded-headers.js';
import { isStrict } from '../generation/strictness.js';
import { parseBody } from '../generation/translation.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import { NOTHING_USED } from '../relay/nothing-used.js';
import type { UpstreamCall } from '../relay/upstream-call.js';
import { upstreamModelOf } from '../routing/model-traits.js';
import { UpstreamRelay } from '../relay/upstream-relay.js';
import type { EmbeddingDialect, StraightEmbeddings } from './embedding-dialect.js';

/** Step 7 of the chain for every endpoint that asks for embeddings: unchanged where it can be, else by translation. */
@Injectable()
export class EmbeddingHandler {
  constructor(private readonly relay: UpstreamRelay) {}

  /** One attempt at the exchange's current candidate. `body` is the client's. */
  attempt(request: FastifyRequest, reply: FastifyReply, body: Buffer, dialect: EmbeddingDialect): Promise<RelayResult> {
    const exchange = exchangeOf(request);
    const attempt = exchange.takeAttempt();
    const { candidate } = attempt;
    const spoken = candidate.adapter.embeddings(candidate.modelProvider, candidate.model);
    invariant(spoken, 'a candidate for embeddings has them');
    if (spoken === 'openai' && dialect.straight !== undefined) {
      return this.relay.attempt(request, reply, attempt, straightCall(dialect.straight, body, candidate.model));
    }
    const codec = spoken === 'openai' ? openAiEmbeddingsProvider : spoken;
    const strict = isStrict(request, exchange, body);
    return this.relay.attempt(request, reply, attempt, translatedCall({ attempt, body, dialect, codec, strict }));
  }
}

/** What every call for embeddings has in common. */
const EMBED = {
  operation: 'embed',
  dialect: 'openai-chat',
  streams: false,
  createStream: (): never => {
    throw new Error('embeddings are no stream');
  },
} as const;

function straightCall(straight: StraightEmbeddings, body: Buffer, model: string): UpstreamCall {
  return {
    ...EMBED,
    body: straight.encode(body, model),
    forwardedHeaders: headersForwardedWith('openai-chat'),
    readAnswer: (answer) => ({ ...straight.readAnswer(answer), body: answer }),
    readError: (status, error) => openAiChatProvider.readError(status, error),
  };
}

/** What a translated call for embeddings is about. */
interface Translated {
  readonly attempt: Attempt;
  readonly body: Buffer;
  readonly dialect: EmbeddingDialect;
  readonly codec: ProviderEmbeddingsCodec;
  readonly strict: boolean;
}

function translatedCall(input: Translated): UpstreamCall {
  const { attempt, dialect, codec } = input;
  const { model } = attempt.candidate;
  const request = readRequest(input);
  if (request.inputs.length > codec.inputsMax) {
    throw unsupported(
      input,
      'input',
      codec.inputsMax === 1
        ? 'it takes one input in a request'
        : `it takes at most ${codec.inputsMax} inputs in a request`,
    );
  }
  const losses = new Losses(
    request.unknownNames.map((field) => ({ field, reason: 'the provider has no such parameter' })),
  );
  const body = writeRequest(input, request, losses);
  const [first] = losses.all;
  if (input.strict && first !== undefined) throw unsupported(input, first.field, first.reason);
  attempt.droppedFields = losses.fields();
  return {
    ...EMBED,
    body,
    forwardedHeaders: [],
    readAnswer: (answer) => {
      const read = readAnswer(codec, answer);
      if (read === undefined || read.vectors.length !== request.inputs.length) return BROKEN;
      return {
        whole: true,
        usage: read.inputTokens === undefined ? undefined : { ...NOTHING_USED, inputTokens: read.inputTokens },
        body: Buffer.from(JSON.stringify(dialect.codec.writeAnswer(read, { model, request }))),
        contentType: 'application/json',
      };
    },
    readError: (status, error) => codec.readError(status, error),
    writeError: (error) => Buffer.from(JSON.stringify(dialect.writeError(error))),
  };
}

const BROKEN = { whole: false, usage: undefined, body: Buffer.alloc(0) } as const;

function readRequest({ dialect, body }: Translated): EmbeddingsRequest {
  try {
    return dialect.codec.readRequest(parseBody(body));
  } catch (error) {
    if (!(error instanceof RequestUnreadableError)) throw error;
    throw new GatewayError('bad_request', {
      message: `The request cannot be read: "${error.field}" ${error.problem}.`,
      meta: { param: error.field },
      cause: error,
    });
  }
}

function writeRequest(input: Translated, request: EmbeddingsRequest, losses: Losses): Buffer {
  try {
    const body = input.codec.writeRequest(request, { model: upstreamModelOf(input.attempt.candidate), losses });
    return Buffer.from(JSON.stringify(body));
  } catch (error) {
    if (isUnsupportedField(error)) throw unsupported(input, error.field, error.reason);
    throw error;
  }
}

function readAnswer(codec: ProviderEmbeddingsCodec, body: Buffer): EmbeddingsAnswer | undefined {
  const answer = parseObject(body.toString('utf8'));
  if (answer === undefined) return undefined;
  try {
    return codec.readAnswer(answer);
  } catch {
    // No vectors in it: another candidate may have them.
    return undefined;
  }
}

function unsupported({ attempt: { candidate } }: Translated, field: string, reason: string): GatewayError {
  return new GatewayError('unsupported_parameter', {
    message: `"${field}" cannot be carried to the model "${candidate.model}" of ${candidate.modelProvider.family}: ${reason}.`,
    meta: { param: field, reason },
  });
}
