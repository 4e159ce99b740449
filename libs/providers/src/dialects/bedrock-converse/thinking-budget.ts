import type { ReasoningEffort } from '../../spec/model-request.js';

/** An effort that is one. */
export type Effort = Exclude<ReasoningEffort, 'none'>;

/** Fewest tokens that Claude can be told to think with. */
export const THINKING_TOKENS_MIN = 1024;

/** Which part of the output, beyond the fewest thinking tokens, an effort may think with; ascending. */
const RATIOS: readonly (readonly [effort: Effort, ratio: number])[] = [
  ['minimal', 0.025],
  ['low', 0.15],
  ['medium', 0.425],
  ['high', 0.8],
  ['xhigh', 0.92],
  ['max', 1],
];

/**
 * How many tokens an effort thinks with, out of `outputTokens`; undefined when the output is too short to think at all.
 * The budget must leave room for an answer, so it is always below the output.
 */
export function budgetOfEffort(effort: Effort, outputTokens: number): number | undefined {
  const ratio = RATIOS.find(([name]) => name === effort)?.[1] ?? 0;
  const budget = THINKING_TOKENS_MIN + Math.floor(ratio * (outputTokens - THINKING_TOKENS_MIN));
  return boundBudget(budget, outputTokens);
}

/** `budgetTokens` as far as it fits into `outputTokens`; undefined when no budget does. */
export function boundBudget(budgetTokens: number, outputTokens: number): number | undefined {
  if (outputTokens <= THINKING_TOKENS_MIN) return undefined;
  return Math.min(Math.max(budgetTokens, THINKING_TOKENS_MIN), outputTokens - 1);
}

/** The least effort that thinks with as many tokens, for models that are told an effort. */
export function effortOfBudget(budgetTokens: number, outputTokens: number): Effort {
  const room = Math.max(outputTokens - THINKING_TOKENS_MIN, 1);
  const ratio = (budgetTokens - THINKING_TOKENS_MIN) / room;
  return RATIOS.find(([, limit]) => ratio <= limit)?.[0] ?? 'max';
}
