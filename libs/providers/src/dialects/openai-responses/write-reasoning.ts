import { compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { LossReport } from '../../spec/loss-report.js';
import type { ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';

/** Up to so many tokens of a budget, a model of OpenAI is asked to think at most this hard. */
const EFFORT_BY_BUDGET: readonly { readonly tokensMax: number; readonly effort: ReasoningEffort }[] = [
  { tokensMax: 2_048, effort: 'low' },
  { tokensMax: 8_192, effort: 'medium' },
  { tokensMax: Number.MAX_SAFE_INTEGER, effort: 'high' },
];

/** Writes `reasoning`. OpenAI knows no budget of tokens, so one becomes the effort that comes closest. */
export function writeReasoning(reasoning: ReasoningRequest, losses: LossReport): JsonObject | undefined {
  const written = compact({
    effort: reasoning.effort ?? effortOfBudget(reasoning, losses),
    summary: reasoning.summary ?? (reasoning.visible === true ? 'auto' : undefined),
  });
  return Object.keys(written).length === 0 ? undefined : written;
}

function effortOfBudget({ budgetTokens }: ReasoningRequest, losses: LossReport): ReasoningEffort | undefined {
  // A negative budget leaves it to the model, which is what saying nothing does.
  if (budgetTokens === undefined || budgetTokens < 0) return undefined;
  if (budgetTokens === 0) {
    // `none` and `minimal` are each refused by some of OpenAI's models; `low` by none that reasons.
    losses.drop('thinking', 'the model cannot be kept from thinking; it thinks as little as it can');
  }
  return EFFORT_BY_BUDGET.find(({ tokensMax }) => budgetTokens <= tokensMax)?.effort;
}
