import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest, ReasoningRequest } from '../../spec/model-request.js';
import { effortOfBudget } from '../anthropic-messages/effort.js';
import { writeThinking } from '../anthropic-messages/write-thinking.js';
import { isForced } from '../anthropic-messages/write-tool-choice.js';
import type { RequestScope } from './request-scope.js';
import type { Turn } from './write-conversation.js';

/** How a request makes its model think. */
export interface ReasoningPlan {
  /** For `additionalModelRequestFields`. */
  readonly modelFields: JsonObject;
  /** True when the model then refuses to be told how words are drawn. */
  readonly fixesSampling: boolean;
}

/** Output cap where neither the client nor the model's record has one. */
const OUTPUT_TOKENS_DEFAULT = 4096;

const UNSAID: ReasoningPlan = { modelFields: {}, fixesSampling: false };

/** Claude up to 4.8 thinks only when told to, and some of these refuse to be told not to. */
const CLAUDE_SILENT_BY_ITSELF = /claude-(opus|sonnet|haiku)-4|claude-3/i;

/**
 * Decides how the model is made to think: Claude by Anthropic's own rules, Nova 2 by an effort. How much a model thinks
 * only tunes, so where it cannot be had it is dropped and reported; what the request depends on (a forced tool, a cap on
 * the output) stays.
 */
export function planReasoning(request: ModelRequest, turns: readonly Turn[], scope: RequestScope): ReasoningPlan {
  const { reasoning } = request.parameters;
  if (reasoning === undefined) return UNSAID;
  const { traits, context } = scope;
  if (traits.vendor === 'claude') return planClaude(reasoning, request, turns, context);
  if (!asksToThink(reasoning)) return UNSAID;
  return traits.hasReasoningConfig
    ? planNova(reasoning, request, context)
    : drop(context, 'the model cannot be told how much to think');
}

function planClaude(
  reasoning: ReasoningRequest,
  request: ModelRequest,
  turns: readonly Turn[],
  context: WriteContext,
): ReasoningPlan {
  if (!asksToThink(reasoning) && CLAUDE_SILENT_BY_ITSELF.test(context.model)) return UNSAID;
  const situation = {
    maxTokens: outputTokensOf(request, context),
    isPrefilled: turns.at(-1)?.role === 'assistant',
    callsToolsWithoutThinking: goesOnWithoutThought(turns),
  };
  const { mode, thinking, effort } = writeThinking(reasoning, situation, context);
  const output_config = effort === undefined ? undefined : { effort };
  if (mode !== 'off' && isForced(request.parameters.toolChoice)) {
    // An effort without thinking is allowed: it also governs how much the model says.
    return {
      ...drop(context, 'Claude does not think where it is forced to call a tool'),
      modelFields: compact({ output_config }),
    };
  }
  return { modelFields: compact({ thinking, output_config }), fixesSampling: mode !== 'off' };
}

function planNova(reasoning: ReasoningRequest, request: ModelRequest, context: WriteContext): ReasoningPlan {
  const effort = novaEffort(reasoning, outputTokensOf(request, context));
  if (effort === 'high' && request.parameters.maxOutputTokens !== undefined) {
    // At `high`, Nova refuses a cap on the output; the cap holds the cost, so it is the effort that gives way.
    context.losses.drop('reasoning', 'with a cap on the output, Nova thinks with medium effort at most');
    return { modelFields: novaFields('medium'), fixesSampling: false };
  }
  return { modelFields: novaFields(effort), fixesSampling: effort === 'high' };
}

function novaFields(maxReasoningEffort: string): JsonObject {
  return { reasoningConfig: { type: 'enabled', maxReasoningEffort } };
}

function novaEffort({ effort, budgetTokens = -1 }: ReasoningRequest, outputTokens: number): 'low' | 'medium' | 'high' {
  switch (effort ?? (budgetTokens > 0 ? effortOfBudget(budgetTokens, outputTokens) : 'medium')) {
    case 'none':
    case 'minimal':
    case 'low':
      return 'low';
    case 'medium':
      return 'medium';
    case 'high':
    case 'xhigh':
    case 'max':
      return 'high';
  }
}

function asksToThink({ effort, budgetTokens, adaptive }: ReasoningRequest): boolean {
  if (effort === 'none' || budgetTokens === 0) return false;
  return effort !== undefined || budgetTokens !== undefined || adaptive === true;
}

function outputTokensOf({ parameters }: ModelRequest, { capabilities }: WriteContext): number {
  const { maxOutputTokens, reasoning } = parameters;
  return (
    maxOutputTokens ?? capabilities.outputTokensMax ?? OUTPUT_TOKENS_DEFAULT + Math.max(0, reasoning?.budgetTokens ?? 0)
  );
}

/** True when the turn that the model goes on with called tools without thinking first, such as another vendor's model. */
function goesOnWithoutThought(turns: readonly Turn[]): boolean {
  const answersTools = turns.at(-1)?.content.some((block) => 'toolResult' in block) === true;
  return answersTools && turns.at(-2)?.content.some((block) => 'reasoningContent' in block) === false;
}

function drop({ losses }: WriteContext, reason: string): ReasoningPlan {
  losses.drop('reasoning', reason);
  return UNSAID;
}
