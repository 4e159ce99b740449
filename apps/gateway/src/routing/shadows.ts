import { AdapterRegistry } from '#providers';
import { Random } from '#kernel';
import { StopSource } from '#retry';
import { Injectable, Logger } from '@nestjs/common';
import { SideSpend } from '../budget/side-spend.js';
import { Attempt } from '../exchange/attempt.js';
import type { Exchange } from '../exchange/exchange.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import type { Candidate } from './candidate.js';
import { modelIsAllowedAt } from './model-rules.js';
import { serves } from './serves.js';

/** Most shadows under way at once; beyond that none is started, because nobody waits for them. */
const SHADOWS_MAX = 256;

/**
 * Sends a share of requests to a second model as well, as the key's policy says: its answer is thrown away and what it
 * cost is recorded. The client neither waits for it nor hears of it.
 */
@Injectable()
export class Shadows {
  private readonly logger = new Logger('Shadows');
  private underWay = 0;

  constructor(
    private readonly adapters: AdapterRegistry,
    private readonly sideSpend: SideSpend,
    private readonly random: Random,
  ) {}

  /** Starts the shadow of an exchange, if its policy and chance want one. */
  start(exchange: Exchange, runHandler: () => Promise<RelayResult>): void {
    const shadow = exchange.bundle.routing.policy?.shadow;
    if (!shadow || this.underWay >= SHADOWS_MAX || this.random.next() * 100 >= shadow.percent) return;
    const candidate = this.candidateOf(exchange);
    if (candidate !== undefined) void this.run(exchange, candidate, runHandler);
  }

  private candidateOf({ bundle, plan, endpoint, budgetRestriction }: Exchange): Candidate | undefined {
    const { policy, providersAllowed, modelsAllowed } = bundle.routing;
    const modelProvider = bundle.modelProviders.find(({ id }) => id === policy?.shadow?.modelProviderId);
    const adapter = modelProvider === undefined ? undefined : this.adapters.find(modelProvider.family);
    if (modelProvider === undefined || adapter === undefined) return undefined;
    const { id, labels } = modelProvider;
    const model = policy?.shadow?.model ?? plan.model;
    // What keeps a request from a provider keeps its shadow from it as well.
    if (providersAllowed?.has(id) === false || !modelIsAllowedAt(modelsAllowed, model, modelProvider)) return undefined;
    if (budgetRestriction?.excludedModelProviderIds.has(id) === true) return undefined;
    if (policy?.requiredLabels.every((label) => labels.includes(label)) === false) return undefined;
    const candidate = { modelProvider, adapter, model };
    return serves(candidate, endpoint.operation) ? candidate : undefined;
  }

  private async run(exchange: Exchange, candidate: Candidate, runHandler: () => Promise<RelayResult>): Promise<void> {
    const control = { answering: () => undefined, cancelled: new StopSource(), repeat: 1 };
    const limits = { ...exchange.reliability.limits, deadlineMs: Infinity };
    const attempt = new Attempt(candidate, 0, control, limits, false, true);
    this.underWay += 1;
    exchange.expectAttempt(attempt);
    try {
      this.sideSpend.record(exchange, attempt, await runHandler());
    } catch (error) {
      this.logger.warn({ msg: 'shadow_failed', model_provider_id: candidate.modelProvider.id, cause: String(error) });
    } finally {
      this.underWay -= 1;
    }
  }
}
