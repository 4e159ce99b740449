import { Injectable } from '@nestjs/common';
import type { Attempt } from '../exchange/attempt.js';
import { answeredOutcome, abandonedOutcome } from '../exchange/exchange-outcome.js';
import type { Exchange } from '../exchange/exchange.js';
import type { RelayResult } from '../relay/answer-receiver.js';
import { SpendRecorder } from '../spend/spend-recorder.js';
import { BudgetGate } from './budget-gate.js';

/**
 * What attempts have cost that the client's answer did not come from: the slower of two that ran at once, the beginning
 * of an answer that another candidate completed, a shadow. Each is a line of its own in the ledger.
 */
@Injectable()
export class SideSpend {
  constructor(
    private readonly spend: SpendRecorder,
    private readonly budgets: BudgetGate,
  ) {}

  /** Records one such attempt, by its result. Nothing is recorded for a provider that never got the request. */
  record(exchange: Exchange, attempt: Attempt, result: RelayResult): void {
    if (attempt.dispatchedBytes === 0) return;
    const outcome =
      'value' in result
        ? answeredOutcome(result.value, attempt.dispatchedBytes)
        : abandonedOutcome(true, attempt.dispatchedBytes);
    if (outcome.kind !== 'answered') return;
    exchange.sideAttempts += 1;
    this.budgets.settleAttempt(exchange, attempt.candidate, outcome.spent.usage);
    this.spend.recordAttempt(exchange, attempt, { number: exchange.sideAttempts, spent: outcome.spent });
  }
}
