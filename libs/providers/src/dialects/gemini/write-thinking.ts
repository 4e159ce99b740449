import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Parameters, ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';
import { traitsOf, type ThinkingLevel, type ThinkingTraits } from './model-traits.js';

type BudgetTraits = Extract<ThinkingTraits, { readonly kind: 'budget' }>;
type LevelTraits = Extract<ThinkingTraits, { readonly kind: 'level' }>;

/** Output that always remains for the answer's beginning and is not divided by the ratios below (inventory PM-11). */
const BUDGET_BASE = 1024;
/** The output cap that ratios apply to when the client set none: what the largest budget of a Flash model is. */
const BUDGET_WITHOUT_CAP = 24_576;

/** The share of the output cap that an effort may think with (inventory PM-11). */
const RATIOS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, number>> = {
  minimal: 0.025,
  low: 0.15,
  medium: 0.425,
  high: 0.8,
  xhigh: 0.92,
  max: 1,
};

const LEVEL_BY_EFFORT: Readonly<Record<Exclude<ReasoningEffort, 'none'>, ThinkingLevel>> = {
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

const RANKS: readonly ThinkingLevel[] = ['MINIMAL', 'LOW', 'MEDIUM', 'HIGH'];

/** Writes `thinkingConfig`: a level for Gemini 3 and later, a budget for 2.5, whichever of the two the client named. */
export function writeThinking(parameters: Parameters, context: WriteContext): JsonObject | undefined {
  const { reasoning } = parameters;
  if (reasoning === undefined) return undefined;
  const thinking = thinkingTraits(context);
  if (thinking.kind === 'none') {
    if (wantsThinking(reasoning)) context.losses.drop('reasoning', `${context.model} does not think`);
    return undefined;
  }
  const shows = reasoning.visible ?? (reasoning.summary === undefined ? undefined : true);
  const amount =
    thinking.kind === 'level'
      ? writeLevel(reasoning, thinking, context)
      : writeBudget(reasoning, parameters.maxOutputTokens, thinking, context);
  const config = compact({ includeThoughts: shows, ...amount });
  return Object.keys(config).length === 0 ? undefined : config;
}

/** What the catalogue knows of the model goes before what its name says. */
function thinkingTraits({ model, capabilities }: WriteContext): ThinkingTraits {
  const byName = traitsOf(model).thinking;
  switch (capabilities.thinking) {
    case 'none':
      return { kind: 'none' };
    case 'budget':
      return byName.kind === 'budget' ? byName : { kind: 'budget', min: 1, max: BUDGET_WITHOUT_CAP, canBeOff: true };
    case 'effort':
    case 'both':
      return byName.kind === 'level' ? byName : { kind: 'level', levels: ['LOW', 'MEDIUM', 'HIGH'] };
    case undefined:
      return byName;
  }
}

function writeLevel(reasoning: ReasoningRequest, { levels }: LevelTraits, context: WriteContext): JsonObject {
  const { effort, budgetTokens, adaptive } = reasoning;
  if (effort !== undefined) return { thinkingLevel: levelOf(effort, levels, context) };
  if (budgetTokens === undefined || budgetTokens < 0 || adaptive === true) return {};
  if (context.capabilities.thinking === 'effort' || budgetTokens === 0) {
    return { thinkingLevel: levelOf(effortOf(budgetTokens), levels, context) };
  }
  return { thinkingBudget: budgetTokens };
}

/** The lowest level that the model knows and that is not below the effort. */
function levelOf(effort: ReasoningEffort, levels: readonly ThinkingLevel[], context: WriteContext): ThinkingLevel {
  const lowest = levels[0] ?? 'LOW';
  if (effort === 'none') {
    context.losses.drop('reasoning.effort', `${context.model} always thinks; it is asked to think as little as it can`);
    return lowest;
  }
  const rank = RANKS.indexOf(LEVEL_BY_EFFORT[effort]);
  return levels.find((level) => RANKS.indexOf(level) >= rank) ?? 'HIGH';
}

function effortOf(budgetTokens: number): ReasoningEffort {
  if (budgetTokens === 0) return 'none';
  const ratio = budgetTokens / BUDGET_WITHOUT_CAP;
  return (['minimal', 'low', 'medium'] as const).find((effort) => ratio <= RATIOS[effort]) ?? 'high';
}

function writeBudget(
  { effort, budgetTokens, adaptive }: ReasoningRequest,
  cap: number | undefined,
  traits: BudgetTraits,
  context: WriteContext,
): JsonObject {
  if (budgetTokens !== undefined && budgetTokens >= 0) return { thinkingBudget: fit(budgetTokens, traits, context) };
  if (effort !== undefined) {
    const wanted = effort === 'none' ? 0 : budgetOf(RATIOS[effort], cap);
    return { thinkingBudget: wanted === 0 ? fit(0, traits, context) : clamp(wanted, traits) };
  }
  return adaptive === true || budgetTokens !== undefined ? { thinkingBudget: -1 } : {};
}

/** A cap below the base leaves no room for it: the ratio then applies to the cap as it is. */
function budgetOf(ratio: number, cap: number | undefined): number {
  if (cap === undefined) return Math.floor(ratio * BUDGET_WITHOUT_CAP);
  if (cap <= BUDGET_BASE) return Math.max(1, Math.floor(ratio * cap));
  return Math.floor(BUDGET_BASE + ratio * (cap - BUDGET_BASE));
}

/** A number that the client itself gave: it passes where the model takes it, and the client is told where not. */
function fit(budgetTokens: number, traits: BudgetTraits, context: WriteContext): number {
  const fitting = budgetTokens === 0 && traits.canBeOff ? 0 : clamp(budgetTokens, traits);
  if (fitting !== budgetTokens) {
    context.losses.drop(
      'reasoning.budget_tokens',
      `${context.model} thinks with ${traits.min} to ${traits.max} tokens`,
    );
  }
  return fitting;
}

function clamp(budgetTokens: number, { min, max }: BudgetTraits): number {
  return Math.min(max, Math.max(min, budgetTokens));
}

function wantsThinking({ effort, budgetTokens, adaptive, visible }: ReasoningRequest): boolean {
  return (effort ?? 'none') !== 'none' || (budgetTokens ?? 0) !== 0 || adaptive === true || visible === true;
}
