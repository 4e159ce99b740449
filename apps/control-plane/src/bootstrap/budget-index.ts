import type { Row } from '../database/schema.js';
import { type BudgetSubject, appliesTo } from '../spend/applicable-budgets.js';
import type { BudgetState } from '../spend/current-spend.js';

/** Finds the budgets that apply to a key without looking at those of all the other keys. */
export class BudgetIndex {
  private readonly positions: ReadonlyMap<string, readonly number[]>;

  /** @param budgets In the order in which a configuration lists them. */
  constructor(private readonly budgets: readonly BudgetState[]) {
    this.positions = Map.groupBy(budgets.keys(), (index) => budgets[index]?.budget.scope_id ?? '');
  }

  /** Positions in the list that was given, ascending. */
  of(subject: BudgetSubject): number[] {
    const { organizationId, teamId, projectId, virtualKeyId, principalId } = subject;
    const scopeIds = new Set([organizationId, teamId, projectId, virtualKeyId, principalId]);
    return [...scopeIds]
      .flatMap((scopeId) => (scopeId === null ? [] : (this.positions.get(scopeId) ?? [])))
      .filter((position) => this.applies(this.budgets[position]?.budget, subject))
      .toSorted((left, right) => left - right);
  }

  private applies(budget: Row<'budgets'> | undefined, subject: BudgetSubject): boolean {
    return budget !== undefined && appliesTo(budget, subject);
  }
}
