import { GatewayError } from '../errors/gateway-error.js';
import type { Exchange } from '../exchange/exchange.js';
import type { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import type { RateDecision, RateLimiter } from './rate-limiter.js';

/** Lets an exchange through while its key is below its request ceilings. */
export class RateGate {
  constructor(
    private readonly limiter: RateLimiter,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** @throws GatewayError `rate_limit_exceeded`, with when to try again. */
  pass({ bundle }: Exchange): void {
    const decision = this.limiter.take(bundle.virtualKeyId, bundle.rateLimits);
    if (decision.ok) return;
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
