import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { GatewayError } from '../errors/gateway-error.js';
import type { ExchangeOutcome } from '../exchange/exchange-outcome.js';
import { exchangeOf } from '../exchange/exchange.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import { RateLimiter, type RateDecision } from './rate-limiter.js';

/** Step 3 of the chain: the key's request ceilings. */
@Injectable()
export class PolicyInterceptor implements NestInterceptor<ExchangeOutcome, ExchangeOutcome> {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly metrics: GatewayMetrics,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<ExchangeOutcome>): Observable<ExchangeOutcome> {
    const { bundle } = exchangeOf(context.switchToHttp().getRequest<FastifyRequest>());
    const decision = this.limiter.take(bundle.virtualKeyId, bundle.rateLimits);
    if (decision.ok) return next.handle();
    this.metrics.rateLimited(decision.dimension, bundle.virtualKeyId);
    throw rateLimitRefusal(decision);
  }
}

function rateLimitRefusal(decision: Extract<RateDecision, { ok: false }>): GatewayError {
  const { dimension, limit, retryAfterSeconds } = decision;
  const period = dimension === 'rpm' ? 'minute' : 'day';
  return new GatewayError('rate_limit_exceeded', {
    message: `This key may make ${limit} requests a ${period}. Try again in ${retryAfterSeconds} s.`,
    meta: { dimension, limit },
    retryAfterSeconds,
    headers: { 'x-langwatch-ratelimit-dimension': dimension },
  });
}
