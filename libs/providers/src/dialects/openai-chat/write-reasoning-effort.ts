import type { WriteContext } from '../../spec/codec.js';
import type { ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';

/** Budgets below these, in tokens, ask for these efforts; more asks for `high`, as the contract has it (8.5). */
const LOW_BUDGET_TOKENS = 4096;
const MEDIUM_BUDGET_TOKENS = 16_384;

/**
 * Writes how hard the model shall think. Chat knows efforts only, so a budget becomes the effort that comes closest;
 * undefined when the model is to decide.
 */
export function writeReasoningEffort(
  reasoning: ReasoningRequest | undefined,
  context: WriteContext,
): ReasoningEffort | undefined {
  if (reasoning === undefined) return undefined;
  const { effort, budgetTokens, summary } = reasoning;
  if (summary !== undefined) context.losses.drop('reasoning.summary', 'chat gives no summary of reasoning');
  if (effort !== undefined) return effort;
  if (budgetTokens === undefined || budgetTokens < 0) return undefined;
  if (budgetTokens === 0) {
    // `none` would be refused by models that always think, and a low effort would make others think.
    context.losses.drop('reasoning', 'not every model that is asked over chat can be told not to think');
    return undefined;
  }
  if (budgetTokens <= LOW_BUDGET_TOKENS) return 'low';
  return budgetTokens <= MEDIUM_BUDGET_TOKENS ? 'medium' : 'high';
}
