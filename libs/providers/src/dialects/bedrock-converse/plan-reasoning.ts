import { compact } from '../../json/read-json.js';
import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelRequest, ReasoningRequest } from '../../spec/model-request.js';
import type { RequestScope } from './request-scope.js';
import { boundBudget, budgetOfEffort, effortOfBudget, type Effort } from './thinking-budget.js';
import type { Turn } from './write-conversation.js';

/** How a request makes its model think. */
export interface ReasoningPlan {
  /** For `additionalModelRequestFields`. */
  readonly modelFields: JsonObject;
  /** For `outputConfig`. */
  readonly effort?: string;
  /** True when the model then refuses `temperature`, `top_p` and `top_k`. */
  readonly fixesSampling: boolean;
}

const FIELD = 'reasoning_effort';

/** Without a cap of the client's and one that is known of the model. */
const OUTPUT_TOKENS_DEFAULT = 4096;

const NO_THINKING: ReasoningPlan = { modelFields: {}, fixesSampling: false };

/**
 * Decides how the model is made to think. Effort only tunes, so where it cannot be had it is dropped and reported; what
 * the request depends on (a forced tool, a cap on the output) stays.
 */
export function planReasoning(request: ModelRequest, turns: readonly Turn[], scope: RequestScope): ReasoningPlan {
  const asked = request.parameters.reasoning;
  if (asked === undefined || !asksToThink(asked)) return NO_THINKING;
  const { traits, context } = scope;
  if (traits.vendor === 'claude' && context.capabilities.thinking !== 'none') {
    return planClaude(asked, request, turns, context);
  }
  if (traits.hasReasoningConfig) return planNova(asked, request, context);
  return drop(context, 'the model cannot be told how much to think');
}

function asksToThink({ effort, budgetTokens, adaptive }: ReasoningRequest): boolean {
  if (effort === 'none' || budgetTokens === 0) return false;
  return effort !== undefined || budgetTokens !== undefined || adaptive === true;
}

function planClaude(
  asked: ReasoningRequest,
  request: ModelRequest,
  turns: readonly Turn[],
  context: WriteContext,
): ReasoningPlan {
  const mode = context.capabilities.thinking ?? 'both';
  const forced = forcesTool(request) ? 'Claude does not think where it is forced to call a tool' : undefined;
  const namesBudget = asked.effort === undefined && (asked.budgetTokens ?? 0) > 0;
  if (mode === 'budget' || (mode === 'both' && namesBudget)) {
    const obstacle =
      forced ?? (opensWithoutThought(turns) ? 'the turn that goes on began without thinking' : undefined);
    return obstacle === undefined ? planBudget(asked, request, context) : drop(context, obstacle);
  }
  const effort = claudeEffort(asked, request, context);
  if (forced !== undefined) return { ...drop(context, forced), ...compact({ effort }) };
  // The newest models think without showing it unless they are asked to.
  const display = asked.visible === undefined ? undefined : asked.visible ? 'summarized' : 'omitted';
  return {
    modelFields: { thinking: compact({ type: 'adaptive', display }) },
    fixesSampling: true,
    ...compact({ effort }),
  };
}

function planBudget(asked: ReasoningRequest, request: ModelRequest, context: WriteContext): ReasoningPlan {
  const outputTokens = outputTokensOf(request, context);
  const named = asked.effort === undefined && asked.budgetTokens !== undefined && asked.budgetTokens > 0;
  const budget = named
    ? boundBudget(asked.budgetTokens, outputTokens)
    : budgetOfEffort(effortOf(asked) ?? 'medium', outputTokens);
  if (budget === undefined) return drop(context, 'the cap on the output leaves no room to think');
  return { modelFields: { thinking: { type: 'enabled', budget_tokens: budget } }, fixesSampling: true };
}

/** Claude's efforts start at `low`; those that also take a budget (4.6) have no `xhigh`. */
function claudeEffort(asked: ReasoningRequest, request: ModelRequest, context: WriteContext): Effort | undefined {
  const effort = effortOf(asked) ?? effortOfNamedBudget(asked, request, context);
  if (effort === 'minimal') return 'low';
  return effort === 'xhigh' && context.capabilities.thinking === 'both' ? 'high' : effort;
}

function planNova(asked: ReasoningRequest, request: ModelRequest, context: WriteContext): ReasoningPlan {
  const effort = novaEffort(effortOf(asked) ?? effortOfNamedBudget(asked, request, context) ?? 'medium');
  if (effort === 'high' && request.parameters.maxOutputTokens !== undefined) {
    // At `high`, Nova refuses a cap on the output; the cap holds the cost, so it is the effort that gives way.
    context.losses.drop(FIELD, 'with a cap on the output, Nova thinks with medium effort at most');
    return { modelFields: novaFields('medium'), fixesSampling: false };
  }
  return { modelFields: novaFields(effort), fixesSampling: effort === 'high' };
}

function novaFields(maxReasoningEffort: string): JsonObject {
  return { reasoningConfig: { type: 'enabled', maxReasoningEffort } };
}

function novaEffort(effort: Effort): 'low' | 'medium' | 'high' {
  if (effort === 'minimal' || effort === 'low') return 'low';
  return effort === 'medium' ? 'medium' : 'high';
}

function effortOf({ effort }: ReasoningRequest): Effort | undefined {
  return effort === 'none' ? undefined : effort;
}

function effortOfNamedBudget(
  { budgetTokens }: ReasoningRequest,
  request: ModelRequest,
  context: WriteContext,
): Effort | undefined {
  if (budgetTokens === undefined || budgetTokens <= 0) return undefined;
  return effortOfBudget(budgetTokens, outputTokensOf(request, context));
}

function outputTokensOf({ parameters }: ModelRequest, { capabilities }: WriteContext): number {
  return parameters.maxOutputTokens ?? capabilities.outputTokensMax ?? OUTPUT_TOKENS_DEFAULT;
}

function forcesTool({ parameters }: ModelRequest): boolean {
  const kind = parameters.toolChoice?.kind;
  return kind === 'required' || kind === 'tool';
}

/**
 * True when the turn that the model goes on with called tools without thinking first, such as one of another vendor's
 * model. Claude refuses to begin thinking in the middle of it.
 */
function opensWithoutThought(turns: readonly Turn[]): boolean {
  const answersTools = turns.at(-1)?.content.some((block) => 'toolResult' in block) === true;
  return answersTools && turns.at(-2)?.content.some((block) => 'reasoningContent' in block) === false;
}

function drop({ losses }: WriteContext, reason: string): ReasoningPlan {
  losses.drop(FIELD, reason);
  return NO_THINKING;
}
