import type { JsonObject } from '../../spec/json.js';
import type { ReasoningEffort } from '../../spec/model-request.js';

/** Fewest tokens that Anthropic lets a model think with. */
export const BUDGET_TOKENS_MIN = 1024;

/** What part of the output, above the least budget, each effort gives to thinking. */
const BUDGET_RATIOS = {
  minimal: 0.025,
  low: 0.15,
  medium: 0.425,
  high: 0.8,
  xhigh: 0.92,
  max: 1,
} as const satisfies Record<Exclude<ReasoningEffort, 'none'>, number>;

/** An effort that asks for thinking. */
export type ThinkingEffort = keyof typeof BUDGET_RATIOS;

/** Efforts that every model with efforts has, the lowest first. */
const COMMON_EFFORTS = ['low', 'medium', 'high'] as const;

/** These think whatever they are told: the least is a low effort. */
const ALWAYS_THINKS = /claude-(opus-5[-.]5|fable|mythos)/;
/** This one calls its least thinking by another name. */
const THINKS_BETWEEN_TOOLS = /claude-sonnet-5[-.]5/;
/** The first models with efforts had none between `high` and `max`. */
const LACKS_XHIGH = /claude-(opus|sonnet)-4[-.]6/;

/** Tokens to think with at an effort; at least {@link BUDGET_TOKENS_MIN}, always below `maxTokens`. */
export function budgetOfEffort(effort: ThinkingEffort, maxTokens: number): number {
  return clampBudget(BUDGET_TOKENS_MIN + BUDGET_RATIOS[effort] * (maxTokens - BUDGET_TOKENS_MIN), maxTokens);
}

/** A budget as Anthropic accepts it with this cap of the whole output, which must be above {@link BUDGET_TOKENS_MIN}. */
export function clampBudget(budgetTokens: number, maxTokens: number): number {
  return Math.max(BUDGET_TOKENS_MIN, Math.min(Math.floor(budgetTokens), maxTokens - 1));
}

/** The effort that comes closest to a budget, among those that every model with efforts has. */
export function effortOfBudget(budgetTokens: number, maxTokens: number): ThinkingEffort {
  const ratio = (budgetTokens - BUDGET_TOKENS_MIN) / Math.max(1, maxTokens - BUDGET_TOKENS_MIN);
  const distance = (effort: ThinkingEffort): number => Math.abs(BUDGET_RATIOS[effort] - ratio);
  return COMMON_EFFORTS.reduce((best, effort) => (distance(effort) < distance(best) ? effort : best));
}

/** An effort as a model has it: the next lower one where it lacks one, `low` where there is none lower. */
export function writeEffort(effort: ThinkingEffort, model: string): string {
  if (effort === 'minimal') return 'low';
  return effort === 'xhigh' && LACKS_XHIGH.test(model) ? 'high' : effort;
}

/** How a model is told not to think; undefined for one that cannot be told. */
export function writeThinkingOff(model: string): JsonObject | undefined {
  if (ALWAYS_THINKS.test(model)) return undefined;
  return { type: THINKS_BETWEEN_TOOLS.test(model) ? 'between_tools' : 'disabled' };
}
