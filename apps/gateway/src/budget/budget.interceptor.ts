import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { tap, type Observable } from 'rxjs';
import { endedKeyOutcome, type ExchangeOutcome } from '../exchange/exchange-outcome.js';
import { exchangeOf } from '../exchange/exchange.js';
import { RateGate } from '../policy/rate-gate.js';
import { SpendRecorder } from '../spend/spend-recorder.js';
import { BudgetGate } from './budget-gate.js';

/**
 * Steps 3 to 5 and 9 of the chain: the request is noted down, passes its limits and budgets, and is settled when it is
 * over, exactly once however it ends.
 */
@Injectable()
export class BudgetInterceptor implements NestInterceptor<ExchangeOutcome, ExchangeOutcome> {
  constructor(
    private readonly spend: SpendRecorder,
    private readonly rates: RateGate,
    private readonly budgets: BudgetGate,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler<ExchangeOutcome>): Observable<ExchangeOutcome> {
    const exchange = exchangeOf(context.switchToHttp().getRequest<FastifyRequest>());
    const receipt = this.spend.admit(exchange);
    exchange.admitted = receipt.admitted;
    try {
      this.rates.pass(exchange);
      this.budgets.pass(exchange);
    } catch (refusal) {
      receipt.fail(refusal);
      throw refusal;
    }
    return next.handle().pipe(
      tap({
        next: (outcome) => {
          this.budgets.settle(exchange, outcome);
          receipt.settle(outcome);
        },
        error: (error: unknown) => {
          const ended = endedKeyOutcome(exchange);
          if (ended === undefined) {
            receipt.fail(error);
          } else {
            this.budgets.settle(exchange, ended);
            receipt.settle(ended);
          }
        },
      }),
    );
  }
}
