import { compact } from '../../json/read-json.js';
import type { ReasoningEffort, ReasoningRequest } from '../../spec/model-request.js';
import { StrictMembers } from './strict-members.js';

const EFFORTS: readonly ReasoningEffort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
/** What OpenRouter's `reasoning: {"enabled": true}` stands for. */
const DEFAULT_EFFORT: ReasoningEffort = 'medium';

/**
 * Reads what the client asks of the model's reasoning, in any of the ways in use on chat: OpenAI's `reasoning_effort`,
 * OpenRouter's `reasoning`, and Anthropic's `thinking`. Where they disagree, the first of these wins.
 */
export function readReasoningRequest(body: StrictMembers): ReasoningRequest | undefined {
  const asked = {
    ...readThinking(body),
    ...readReasoningObject(body),
    ...compact({ effort: body.word('reasoning_effort', EFFORTS) }),
  };
  return Object.keys(asked).length === 0 ? undefined : asked;
}

function readReasoningObject(body: StrictMembers): ReasoningRequest {
  const includes = body.boolean('include_reasoning');
  const fields = body.object('reasoning');
  if (fields === undefined) return compact({ visible: includes });
  const reasoning = new StrictMembers(fields, 'reasoning');
  const effort = reasoning.word('effort', EFFORTS);
  const budgetTokens = reasoning.integer('max_tokens');
  const excludes = reasoning.boolean('exclude');
  return compact({
    effort: effort ?? (budgetTokens === undefined ? effortWhenEnabled(reasoning) : undefined),
    budgetTokens,
    visible: excludes === undefined ? includes : !excludes,
    summary: reasoning.string('summary'),
  });
}

function effortWhenEnabled(reasoning: StrictMembers): ReasoningEffort | undefined {
  const enabled = reasoning.boolean('enabled');
  if (enabled === undefined) return undefined;
  return enabled ? DEFAULT_EFFORT : 'none';
}

function readThinking(body: StrictMembers): ReasoningRequest {
  const fields = body.object('thinking');
  if (fields === undefined) return {};
  const thinking = new StrictMembers(fields, 'thinking');
  const type = thinking.word('type', ['enabled', 'adaptive', 'auto', 'disabled'] as const);
  if (type === 'disabled') return { budgetTokens: 0 };
  const budgetTokens = thinking.integer('budget_tokens');
  const display = thinking.string('display');
  return compact({
    budgetTokens,
    adaptive: budgetTokens === undefined ? true : undefined,
    visible: display === undefined ? undefined : display !== 'omitted',
  });
}
