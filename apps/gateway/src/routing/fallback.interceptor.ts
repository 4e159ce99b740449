import { PriceBook } from '#budget';
import { Clock } from '#kernel';
import { AdapterRegistry } from '#providers';
import { BreakerRegistry, walk, type WalkResult } from '#retry';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { firstValueFrom, of, type Observable } from 'rxjs';
import { budgetRefusal } from '../budget/budget-refusal.js';
import { GatewayConfig } from '../config/gateway-config.js';
import { GatewayError } from '../errors/gateway-error.js';
import {
  abandonedOutcome,
  answeredOutcome,
  refusedOutcome,
  type ExchangeOutcome,
} from '../exchange/exchange-outcome.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import type { Answer, UpstreamFailure } from '../relay/attempt-outcome.js';
import { ProviderErrorForwarder } from '../relay/provider-error-forwarder.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import type { Candidate } from './candidate.js';
import { planRequest, type Plan } from './plan.js';

type Walked = WalkResult<Candidate, Answer, UpstreamFailure>;

/**
 * Step 6 of the chain: plans the candidates and walks them; each attempt runs the handler again.
 *
 * It ends with what the client got, or throws what the client must be told.
 */
@Injectable()
export class FallbackInterceptor implements NestInterceptor<RelayResult, ExchangeOutcome> {
  constructor(
    private readonly adapters: AdapterRegistry,
    private readonly prices: PriceBook,
    private readonly breakers: BreakerRegistry,
    private readonly forwarder: ProviderErrorForwarder,
    private readonly metrics: GatewayMetrics,
    private readonly clock: Clock,
    private readonly config: GatewayConfig,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler<RelayResult>): Promise<Observable<ExchangeOutcome>> {
    const http = context.switchToHttp();
    const exchange = exchangeOf(http.getRequest<FastifyRequest>());
    exchange.plan = this.plan(exchange);
    await exchange.admitted;
    const walked = await this.walk(exchange, () => firstValueFrom(next.handle()));
    const outcome = this.conclude(exchange, http.getResponse<FastifyReply>(), walked);
    if (exchange.streaming && outcome.kind === 'answered' && outcome.spent.estimated)
      this.metrics.usageMissed(exchange);
    return of(outcome);
  }

  private plan(exchange: Exchange): Plan {
    const plan = planRequest({
      bundle: exchange.bundle,
      requestedModel: exchange.request.model,
      budgetExcludedIds: exchange.budgetRestriction?.excludedModelProviderIds,
      adapters: this.adapters,
      prices: this.prices,
      nowMs: exchange.receivedAtMs,
    });
    if (plan.kind === 'planned') return plan;
    const { budgetRestriction } = exchange;
    if (plan.code === 'budget_exceeded' && budgetRestriction !== undefined)
      throw budgetRefusal(budgetRestriction.lastExcluded);
    throw new GatewayError(plan.code, { message: plan.message, ...(plan.meta ? { meta: plan.meta } : {}) });
  }

  private walk(exchange: Exchange, runHandler: () => Promise<RelayResult>): Promise<Walked> {
    const { plan } = exchange;
    return walk<Candidate, Answer, UpstreamFailure>({
      candidates: plan.candidates,
      breakerIdOf: (candidate) => candidate.modelProvider.id,
      attempt: (candidate, index, _signal, answering) => {
        exchange.candidate = candidate;
        exchange.candidateIndex = index;
        exchange.onCommit = answering;
        return runHandler();
      },
      breakers: this.breakers,
      ...(plan.maxAttempts > 0 ? { maxAttempts: plan.maxAttempts } : {}),
      onlyFirst: plan.onlyFirst,
      signal: exchange.departure,
      clock: this.clock,
      onEvent: (event) => this.metrics.walkEvent(exchange, event),
    });
  }

  private conclude(exchange: Exchange, reply: FastifyReply, walked: Walked): ExchangeOutcome {
    const { keyEnd } = exchange.departure;
    if (keyEnd !== undefined && walked.kind !== 'served') throw new GatewayError(keyEnd);
    switch (walked.kind) {
      case 'served':
        return answeredOutcome(walked.value, exchange.dispatchedBytes);
      case 'aborted':
        return abandonedOutcome(walked.attempts > 0, exchange.dispatchedBytes);
      case 'circuit_open':
        throw new GatewayError('circuit_open', { retryAfterSeconds: this.config.circuitCooldownMs / 1000 });
      case 'failed':
        return this.concludeFailure(exchange, reply, walked);
    }
  }

  private concludeFailure(
    exchange: Exchange,
    reply: FastifyReply,
    { failure, failureKind }: Extract<Walked, { kind: 'failed' }>,
  ): ExchangeOutcome {
    if (failureKind === 'client_gone') return abandonedOutcome(true, exchange.dispatchedBytes);
    if (failure.kind === 'answered') {
      this.forwarder.forward(exchange, reply, failure);
      return refusedOutcome(failure);
    }
    throw new GatewayError(failure.timedOut ? 'provider_timeout' : 'provider_error', {
      message: failure.message,
      cause: failure.cause,
    });
  }
}
