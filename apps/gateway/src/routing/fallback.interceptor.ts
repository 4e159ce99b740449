import { PriceBook } from '#budget';
import { Clock, Random } from '#kernel';
import { AdapterRegistry } from '#providers';
import { BreakerRegistry, RetryBudget, walk, type AttemptControl, type WalkEvent } from '#retry';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { firstValueFrom, of, type Observable } from 'rxjs';
import { GatewayConfig } from '../config/gateway-config.js';
import { Attempt } from '../exchange/attempt.js';
import type { ExchangeOutcome } from '../exchange/exchange-outcome.js';
import { exchangeOf, type Exchange } from '../exchange/exchange.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import type { Answer, UpstreamFailure } from '../relay/attempt-outcome.js';
import { unusableAnswer } from '../relay/upstream-failures.js';
import { SideSpend } from '../budget/side-spend.js';
import { GatewayMetrics } from '../telemetry/gateway-metrics.js';
import type { Candidate } from './candidate.js';
import { Headroom } from './headroom.js';
import { LatencyBook } from './latency-book.js';
import { planExchange, type PlanPorts } from './plan-exchange.js';
import { Shadows } from './shadows.js';
import { candidateCapabilities } from './model-traits.js';
import { readReliability } from './reliability.js';
import { WalkConclusion, type Walked } from './walk-conclusion.js';

/**
 * Step 6 of the chain: plans the candidates and walks them; each attempt runs the handler again.
 *
 * It ends with what the client got, or throws what the client must be told.
 */
@Injectable()
export class FallbackInterceptor implements NestInterceptor<RelayResult, ExchangeOutcome> {
  private readonly retryBudget = new RetryBudget();
  private readonly planPorts: PlanPorts;

  constructor(
    adapters: AdapterRegistry,
    prices: PriceBook,
    private readonly breakers: BreakerRegistry,
    private readonly latencies: LatencyBook,
    headroom: Headroom,
    private readonly conclusion: WalkConclusion,
    private readonly sideSpend: SideSpend,
    private readonly shadows: Shadows,
    private readonly metrics: GatewayMetrics,
    private readonly clock: Clock,
    private readonly random: Random,
    private readonly config: GatewayConfig,
  ) {
    this.planPorts = {
      adapters,
      prices,
      order: {
        random: () => random.next(),
        latencyMs: (id, model) => latencies.averageMs(id, model),
        hasHeadroom: (id) => headroom.has(id),
      },
    };
  }

  async intercept(context: ExecutionContext, next: CallHandler<RelayResult>): Promise<Observable<ExchangeOutcome>> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const exchange = exchangeOf(request);
    exchange.reliability = readReliability(request.headers, exchange.bundle.routing.policy, this.config.attemptLimits);
    exchange.plan = planExchange(exchange, this.planPorts);
    await exchange.admitted;
    this.retryBudget.deposit();
    const runHandler = (): Promise<RelayResult> => firstValueFrom(next.handle());
    this.shadows.start(exchange, runHandler);
    const walked = await this.walk(exchange, runHandler);
    return of(this.conclusion.of(exchange, http.getResponse<FastifyReply>(), walked));
  }

  private walk(exchange: Exchange, runHandler: () => Promise<RelayResult>): Promise<Walked> {
    const { plan, reliability } = exchange;
    const { deadlineMs, hedgeAfterMs, outcomes } = reliability;
    const [first] = plan.candidates;
    return walk<Candidate, Answer, UpstreamFailure>({
      candidates: plan.candidates,
      breakerIdsOf: ({ modelProvider, model }) => [modelProvider.id, `${modelProvider.id}/${model}`],
      attempt: (candidate, index, control) => this.attempt(exchange, { candidate, index, control }, runHandler),
      breakers: this.breakers,
      ...(plan.maxAttempts > 0 ? { maxAttempts: plan.maxAttempts } : {}),
      onlyFirst: plan.onlyFirst,
      repeats: {
        max: reliability.retriesMax,
        budget: this.retryBudget,
        random: this.random,
        safe: exchange.endpoint.repeatable !== false,
      },
      stepOf: (kind) => outcomes[kind],
      contextTokensOf: (candidate) => candidateCapabilities(candidate).contextTokens,
      canResume: (candidate) => reliability.resume === 'restart' || candidateCapabilities(candidate).prefill === true,
      hedgeAfterMs: hedgeAfterMs === 0 ? this.latencies.p95Ms(first?.model ?? '') : (hedgeAfterMs ?? undefined),
      deadlineAtMs: deadlineMs === undefined ? undefined : exchange.startedAtMs + deadlineMs,
      signal: exchange.departure,
      clock: this.clock,
      onEvent: (event) => this.note(exchange, event),
    });
  }

  /** One attempt, and what it leaves behind: how quick the model was, and what an attempt that nobody sees has cost. */
  private async attempt(
    exchange: Exchange,
    { candidate, index, control }: { candidate: Candidate; index: number; control: AttemptControl },
    runHandler: () => Promise<RelayResult>,
  ): Promise<RelayResult> {
    const startedMs = this.clock.monotonicMs();
    const { limits, deadlineMs } = exchange.reliability;
    const left = deadlineMs === undefined ? Infinity : exchange.startedAtMs + deadlineMs - startedMs;
    const resumes = exchange.resumable !== undefined && exchange.client?.opened === true;
    const attempt = new Attempt(candidate, index, control, { ...limits, deadlineMs: left }, resumes);
    exchange.expectAttempt(attempt);
    const result = await this.run(attempt, runHandler);
    exchange.ended.push(attempt);
    if (attempt.firstTokenAtMs !== undefined) {
      this.latencies.observe(candidate.modelProvider.id, candidate.model, attempt.firstTokenAtMs - startedMs);
    }
    if (result.kind === 'hedge_lost') this.sideSpend.record(exchange, attempt, result);
    else if (result.kind === 'interrupted') exchange.interruptions.push({ attempt, result });
    return result;
  }

  private async run(attempt: Attempt, runHandler: () => Promise<RelayResult>): Promise<RelayResult> {
    if (!attempt.resumes) return runHandler();
    try {
      return await runHandler();
    } catch {
      // Whatever keeps this candidate from going on with the answer is not the client's affair.
      return unusableAnswer('The candidate cannot go on with the answer.');
    }
  }

  private note(exchange: Exchange, event: WalkEvent<Candidate>): void {
    exchange.steps.push(event);
    this.metrics.walkEvent(exchange, event);
  }
}
