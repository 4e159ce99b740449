import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ReasoningRequest } from '../../spec/model-request.js';
import {
  BUDGET_TOKENS_MIN,
  budgetOfEffort,
  clampBudget,
  effortOfBudget,
  writeEffort,
  writeThinkingOff,
  type ThinkingEffort,
} from './effort.js';

/** What of a request decides whether and how the model can think. */
export interface ThinkingSituation {
  readonly maxTokens: number;
  readonly isPrefilled: boolean;
  readonly callsToolsWithoutThinking: boolean;
}

/** How a model is asked to think. */
export interface WrittenThinking {
  /** `off` also when nothing was asked, whatever the model does by itself. */
  readonly mode: 'off' | 'adaptive' | 'budget';
  readonly thinking?: JsonObject;
  readonly effort?: string;
}

const UNSAID: WrittenThinking = { mode: 'off' };
/** What Anthropic takes when it is told to think and not how much. */
const DEFAULT_EFFORT: ThinkingEffort = 'high';

/**
 * Writes what a client asks of the model's reasoning: an effort and adaptive thinking for models that have them, else a
 * budget of tokens. Where thinking is impossible it is left out, with a loss, because it tunes an answer but does not
 * change what was asked.
 */
export function writeThinking(
  reasoning: ReasoningRequest | undefined,
  situation: ThinkingSituation,
  { model, capabilities, losses }: WriteContext,
): WrittenThinking {
  if (reasoning === undefined) return UNSAID;
  const mode = capabilities.thinking;
  const budgetTokens = reasoning.budgetTokens ?? -1;
  const isOff = reasoning.effort === 'none' || budgetTokens === 0;
  if (mode === 'none') {
    if (!isOff && asksToThink(reasoning)) losses.drop('reasoning', 'the model does not think');
    return UNSAID;
  }
  if (isOff) return writeOff({ model, losses });
  if (mode === 'effort' || (mode === 'both' && budgetTokens < 0)) {
    if (!asksToThink(reasoning) && !asksToShow(reasoning)) return UNSAID;
    if (budgetTokens > 0) losses.drop('thinking.budget_tokens', 'the model thinks by an effort, so it became one');
    return writeAdaptive(reasoning, situation.maxTokens, model);
  }
  if (!asksToThink(reasoning)) return UNSAID;
  const obstacle = findObstacle(situation);
  if (obstacle !== undefined) {
    losses.drop('reasoning', obstacle);
    return UNSAID;
  }
  return writeBudget(reasoning, situation.maxTokens, mode === 'both' ? model : undefined);
}

function writeOff({ model, losses }: Pick<WriteContext, 'model' | 'losses'>): WrittenThinking {
  const thinking = writeThinkingOff(model);
  if (thinking !== undefined) return { mode: 'off', thinking };
  losses.drop('reasoning', 'the model always thinks, so it is asked for a low effort');
  return { mode: 'off', effort: 'low' };
}

function writeAdaptive(reasoning: ReasoningRequest, maxTokens: number, model: string): WrittenThinking {
  const { budgetTokens = -1 } = reasoning;
  const effort = effortOf(reasoning) ?? (budgetTokens > 0 ? effortOfBudget(budgetTokens, maxTokens) : undefined);
  const thinking = { type: 'adaptive', ...writeDisplay(reasoning) };
  return { mode: 'adaptive', thinking, ...(effort && { effort: writeEffort(effort, model) }) };
}

function writeBudget(reasoning: ReasoningRequest, maxTokens: number, modelWithEffort?: string): WrittenThinking {
  const { budgetTokens = -1 } = reasoning;
  const effort = effortOf(reasoning);
  const budget =
    budgetTokens > 0 ? clampBudget(budgetTokens, maxTokens) : budgetOfEffort(effort ?? DEFAULT_EFFORT, maxTokens);
  return {
    mode: 'budget',
    thinking: { type: 'enabled', budget_tokens: budget, ...writeDisplay(reasoning) },
    ...(effort && modelWithEffort !== undefined && { effort: writeEffort(effort, modelWithEffort) }),
  };
}

/** Whether more is said than that reasoning shall be shown, if there is any. */
function asksToThink({ effort, budgetTokens, adaptive }: ReasoningRequest): boolean {
  return effort !== undefined || budgetTokens !== undefined || adaptive === true;
}

function asksToShow({ visible, summary }: ReasoningRequest): boolean {
  return visible ?? summary !== undefined;
}

/** Why a model cannot think within a budget here; undefined when it can. */
function findObstacle(situation: ThinkingSituation): string | undefined {
  if (situation.maxTokens <= BUDGET_TOKENS_MIN) return `max_tokens must be above ${BUDGET_TOKENS_MIN} to think`;
  if (situation.isPrefilled) return 'the model cannot think when its answer has begun';
  // Anthropic refuses to begin thinking between a call of a tool and the turn's end.
  if (situation.callsToolsWithoutThinking) return 'the model did not think before it called the tools';
  return undefined;
}

function effortOf({ effort }: ReasoningRequest): ThinkingEffort | undefined {
  return effort === 'none' ? undefined : effort;
}

/** Whether the reasoning comes back as text. When the client says nothing, the model's own default holds. */
function writeDisplay(reasoning: ReasoningRequest): JsonObject {
  if (reasoning.visible === undefined && reasoning.summary === undefined) return {};
  return { display: asksToShow(reasoning) ? 'summarized' : 'omitted' };
}
