import type { WalkResult } from '#retry';
import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { SideSpend } from '../budget/side-spend.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { GatewayError } from '../errors/gateway-error.js';
import {
  abandonedOutcome,
  answeredOutcome,
  refusedOutcome,
  type ExchangeOutcome,
} from '../exchange/exchange-outcome.js';
import type { Exchange } from '../exchange/exchange.js';
import type { Answer, AnswerEnd, UpstreamFailure } from '../relay/attempt-outcome.js';
import { ProviderErrorForwarder } from '../relay/provider-error-forwarder.js';
import { modelErrorOf } from '../errors/model-error.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import type { Candidate } from './candidate.js';

/** A walk over candidates for an answer. */
export type Walked = WalkResult<Candidate, Answer, UpstreamFailure>;

/** Turns the end of a walk into what the client gets and what the exchange is settled by. */
@Injectable()
export class WalkConclusion {
  constructor(
    private readonly forwarder: ProviderErrorForwarder,
    private readonly sideSpend: SideSpend,
    private readonly metrics: GatewayMetrics,
    private readonly config: GatewayConfig,
  ) {}

  /** @throws GatewayError what the client must be told, unless it has its answer. */
  of(exchange: Exchange, reply: FastifyReply, walked: Walked): ExchangeOutcome {
    const { keyEnd } = exchange.departure;
    if (keyEnd !== undefined && walked.kind !== 'served') throw new GatewayError(keyEnd);
    switch (walked.kind) {
      case 'served':
        return this.served(exchange, walked);
      case 'aborted':
        return abandonedOutcome(walked.attempts > 0, dispatchedBytes(exchange));
      case 'deadline':
        throw new GatewayError('deadline_exceeded');
      case 'circuit_open':
        throw new GatewayError('circuit_open', { retryAfterSeconds: this.config.circuitCooldownMs / 1000 });
      case 'failed':
        return this.failed(exchange, reply, walked);
    }
  }

  private served(exchange: Exchange, { value, unresumed }: Extract<Walked, { kind: 'served' }>): ExchangeOutcome {
    if (unresumed) {
      exchange.client?.end(exchange.resumable?.fail(modelErrorOf(interruptionCode(value.end))));
    }
    for (const { attempt, result } of exchange.interruptions) {
      // The one that the client's answer ends with is settled as the exchange itself.
      if (result.value !== value) this.sideSpend.record(exchange, attempt, result);
    }
    const outcome = answeredOutcome(value, dispatchedBytes(exchange));
    if (exchange.streaming && outcome.kind === 'answered' && outcome.spent.estimated) {
      this.metrics.usageMissed(exchange);
    }
    if (value.malformedEvents) this.metrics.eventsWithheld(exchange, value.malformedEvents);
    return outcome;
  }

  private failed(
    exchange: Exchange,
    reply: FastifyReply,
    { failure, failureKind }: Extract<Walked, { kind: 'failed' }>,
  ): ExchangeOutcome {
    if (failureKind === 'client_gone') return abandonedOutcome(true, dispatchedBytes(exchange));
    if (failure.kind === 'answered') {
      this.forwarder.forward(exchange, reply, failure);
      return refusedOutcome(failure);
    }
    if (failureKind === 'deadline') throw new GatewayError('deadline_exceeded');
    throw new GatewayError(failure.timedOut ? 'provider_timeout' : 'provider_error', {
      message: failure.message,
      cause: failure.cause,
    });
  }
}

function dispatchedBytes({ attempt }: Exchange): number {
  return attempt?.dispatchedBytes ?? 0;
}

function interruptionCode(end: AnswerEnd): 'upstream_mid_stream_timeout' | 'upstream_mid_stream_failure' {
  return end === 'stalled' ? 'upstream_mid_stream_timeout' : 'upstream_mid_stream_failure';
}
