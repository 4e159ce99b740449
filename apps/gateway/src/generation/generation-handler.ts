import type { AnswerContext, ModelRequest, PeekedRequest, StreamWriter } from '#providers';
import { invariant } from '#kernel';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Attempt } from '../exchange/attempt.js';
import type { Endpoint } from '../exchange/endpoint.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import type { EventWriter } from '../relay/translated-stream.js';
import type { UpstreamCall } from '../relay/upstream-call.js';
import { UpstreamRelay } from '../relay/upstream-relay.js';
import { ResumableAnswer } from '../resume/resumable-answer.js';
import { candidateCapabilities, candidateStateFamily, upstreamModelOf } from '../routing/model-traits.js';
import type { GenerationDialect } from './generation-dialect.js';
import { providerCodecOf } from './provider-codecs.js';
import { createStraightCall } from './straight-call.js';
import { isStrict } from './strictness.js';
import { createTranslatedCall } from './translated-call.js';
import { readModelRequest, translateRequest } from './translation.js';

/**
 * Step 7 of the chain for every endpoint that asks a model for an answer: unchanged when the candidate speaks the
 * client's dialect, by translation when it does not.
 *
 * A stream that another candidate may have to go on with is translated even then, because its writer must know what was
 * sent.
 */
@Injectable()
export class GenerationHandler {
  constructor(private readonly relay: UpstreamRelay) {}

  /** One attempt. `wrap` may change the call before it is made. */
  attempt<Peeked extends PeekedRequest>(
    request: FastifyRequest,
    reply: FastifyReply,
    endpoint: Endpoint<Peeked>,
    dialect: GenerationDialect<Peeked>,
    wrap: (call: UpstreamCall) => UpstreamCall = (call) => call,
  ): Promise<RelayResult> {
    const exchange = exchangeOf(request);
    const attempt = exchange.takeAttempt();
    const peeked = exchange.requestOf(endpoint);
    const { adapter, modelProvider, model } = attempt.candidate;
    const { resume, delivery } = exchange.reliability;
    const resumes = peeked.streams && resume !== 'none' && delivery === 'streamed' && !attempt.shadow;
    const straight = !resumes && adapter.dialects(modelProvider, model).includes(dialect.straight.dialect);
    const call = straight
      ? createStraightCall(dialect, peeked, model)
      : new Translator(request, exchange, attempt, peeked, dialect).createCall(resumes);
    return this.relay.attempt(request, reply, attempt, wrap({ ...call, delivery }));
  }
}

/** Makes the translated call of one attempt. */
class Translator<Peeked extends PeekedRequest> {
  constructor(
    private readonly request: FastifyRequest,
    private readonly exchange: Exchange,
    private readonly attempt: Attempt,
    private readonly peeked: Peeked,
    private readonly dialect: GenerationDialect<Peeked>,
  ) {}

  createCall(resumes: boolean): UpstreamCall {
    const { exchange, attempt, peeked } = this;
    const { codec: inbound, straight } = this.dialect;
    const { adapter, modelProvider, model } = attempt.candidate;
    const spoken = adapter.dialects(modelProvider, model);
    const [preferred] = spoken;
    invariant(preferred, 'a candidate for an answer speaks a dialect');
    const provider = providerCodecOf(adapter, spoken.includes(straight.dialect) ? straight.dialect : preferred);
    exchange.modelRequest ??= readModelRequest(inbound, peeked.body);
    const { body, droppedFields } = translateRequest({
      // Gemini's body does not tell whether a stream is wanted; the path does.
      request: { ...this.requestToSend(exchange.modelRequest), streams: peeked.streams },
      inbound,
      provider,
      model: upstreamModelOf(attempt.candidate),
      family: modelProvider.family,
      stateFamily: candidateStateFamily(attempt.candidate),
      capabilities: candidateCapabilities(attempt.candidate),
      strict: isStrict(this.request, exchange, peeked.body),
    });
    attempt.droppedFields = droppedFields;
    const context = this.answerContext(exchange.modelRequest);
    const createWriter = (): EventWriter =>
      resumes
        ? this.resumableAnswer(() => inbound.createStreamWriter(context)).nextAttempt()
        : inbound.createStreamWriter(context);
    const call = createTranslatedCall({
      inbound,
      provider,
      body,
      streams: peeked.streams,
      context,
      createWriter,
    });
    if (!resumes) return call;
    return { ...call, goesOn: attempt.resumes, resumable: () => attempt.resumable?.resumable === true };
  }

  private requestToSend(request: ModelRequest): ModelRequest {
    return this.attempt.resumes ? (this.exchange.resumable?.continuation(request) ?? request) : request;
  }

  /** What the client has of the answer; a new one for an attempt of which it has seen nothing. */
  private resumableAnswer(createWriter: () => StreamWriter): ResumableAnswer {
    const { exchange, attempt } = this;
    const { resume } = exchange.reliability;
    invariant(resume !== 'none', 'an answer is resumable only where that was asked for');
    const begun = attempt.resumes ? exchange.resumable : undefined;
    attempt.resumable = begun ?? new ResumableAnswer(createWriter(), resume);
    return attempt.resumable;
  }

  private answerContext(request: ModelRequest): AnswerContext {
    const { exchange, attempt, peeked } = this;
    const asked = peeked.model ?? attempt.candidate.model;
    return {
      fallbackId: exchange.requestId,
      // The client gets the name that it asked with, unless that names a provider as well (contract 8.5).
      model: asked.includes('/') ? attempt.candidate.model : asked,
      createdAtSeconds: Math.floor(exchange.receivedAtMs / 1000),
      request,
      reportsStreamUsage: peeked.asksForStreamUsage === true,
      dropped: attempt.droppedFields,
    };
  }
}
