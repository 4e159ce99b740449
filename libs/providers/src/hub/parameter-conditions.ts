import { isClaude, isNova, samplesAt } from '../capabilities/model-capabilities.js';
import { asList, asObject } from '../json/read-json.js';
import type { ModelCapabilities } from '../spec/model-capabilities.js';
import type { ModelRequest, Parameters, ReasoningRequest, Tool } from '../spec/model-request.js';

/** What a condition may look at. */
export interface ConditionContext {
  /** The parameter that is judged. */
  readonly value: unknown;
  readonly request: ModelRequest;
  /** The parameters that earlier rows of the table left in. */
  readonly parameters: Parameters;
  /** The model as the provider knows it. */
  readonly model: string;
  readonly capabilities: ModelCapabilities;
}

/** When a rule of the parameter table holds. */
export interface Condition {
  /** Completes "when …" in the documentation. */
  readonly sentence: string;
  readonly holds: (context: ConditionContext) => boolean;
}

/** Longest `user` that OpenAI accepts. */
const USER_CHARACTERS_MAX = 64;
const ANTHROPIC_TIERS: ReadonlySet<unknown> = new Set(['auto', 'standard_only']);
const BEDROCK_TIERS: ReadonlySet<unknown> = new Set(['default', 'flex', 'priority', 'reserved']);

/** Everything on which a rule of the parameter table can depend. */
export const PARAMETER_CONDITIONS = {
  zero: { sentence: 'it is 0', holds: ({ value }) => value === 0 },
  one: { sentence: 'it is 1', holds: ({ value }) => value === 1 },
  true: { sentence: 'it is true', holds: ({ value }) => value === true },
  false: { sentence: 'it is false', holds: ({ value }) => value === false },
  auto: { sentence: 'it is `auto`', holds: ({ value }) => value === 'auto' },
  disabled: { sentence: 'it is `disabled`', holds: ({ value }) => value === 'disabled' },
  empty: { sentence: 'it is empty', holds: ({ value }) => isEmpty(value) },
  'text-only': {
    sentence: 'it names nothing but text',
    holds: ({ value }) => (asList(value) ?? []).every((modality) => String(modality).toLowerCase() === 'text'),
  },
  'above-one': { sentence: 'it is above 1', holds: ({ value }) => typeof value === 'number' && value > 1 },
  'no-tier-of-anthropic': {
    sentence: 'it is neither `auto` nor `standard_only`',
    holds: ({ value }) => !ANTHROPIC_TIERS.has(value),
  },
  'no-tier-of-bedrock': {
    sentence: 'it is not one of `default`, `flex`, `priority`, `reserved`',
    holds: ({ value }) => !BEDROCK_TIERS.has(value),
  },
  'long-user': {
    sentence: `it has more than ${USER_CHARACTERS_MAX} characters`,
    holds: ({ value }) => typeof value === 'string' && value.length > USER_CHARACTERS_MAX,
  },
  'not-stored': {
    sentence: 'the request does not say `store: true`',
    holds: ({ parameters }) => parameters.store !== true,
  },
  'with-temperature': {
    sentence: 'the temperature is set too',
    holds: ({ parameters }) => parameters.temperature !== undefined,
  },
  'claude-with-temperature': {
    sentence: 'the model is a Claude and the temperature is set too',
    holds: ({ parameters, model }) => isClaude(model) && parameters.temperature !== undefined,
  },
  'fixed-sampling': {
    sentence: "the model is known to refuse it (OpenAI's reasoning models, Claude since Opus 4.7)",
    holds: ({ capabilities }) => capabilities.sampling === false,
  },
  'fixed-sampling-of-one': {
    sentence: 'it is 1, which is what the model chooses',
    holds: ({ value, capabilities }) => value === 1 && capabilities.sampling === false,
  },
  'fixed-sampling-while-reasoning': {
    sentence: "the model is known to refuse it (OpenAI's reasoning models; most since GPT-5.1 only while they reason)",
    holds: ({ capabilities, parameters, model }) =>
      capabilities.sampling === false && !samplesAt(model, parameters.reasoning),
  },
  'no-reasoning': {
    sentence: 'the model is known not to reason, or not to be told how much',
    holds: ({ capabilities }) => capabilities.thinking === 'none',
  },
  'reasoning-off-anyway': {
    sentence: 'it switches off what the model does not do',
    holds: ({ parameters, capabilities }) => capabilities.thinking === 'none' && !asksToReason(parameters.reasoning),
  },
  'reasoning-elsewhere': {
    sentence: 'reasoning is asked of a model that is neither a Claude nor a Nova',
    holds: ({ parameters, model }) => asksToReason(parameters.reasoning) && isKnownElsewhere(model),
  },
  'neither-claude-nor-nova': {
    sentence: 'the model is neither a Claude nor a Nova',
    holds: ({ model }) => isKnownElsewhere(model),
  },
  'json-without-schema': {
    sentence: 'it asks for JSON without a schema',
    holds: ({ parameters }) => parameters.outputFormat?.kind === 'json',
  },
  'allowed-tools': {
    sentence: 'it allows some of the tools',
    holds: ({ parameters }) => parameters.toolChoice?.kind === 'allowed',
  },
  'unoffered-tool': {
    sentence: 'it names a tool that the request does not offer',
    holds: ({ parameters, request }) => namesUnofferedTool(parameters, request.tools),
  },
} as const satisfies Record<string, Condition>;

/** The name of a condition. */
export type ConditionName = keyof typeof PARAMETER_CONDITIONS;

function isEmpty(value: unknown): boolean {
  if (typeof value === 'string') return value === '';
  const members = asList(value) ?? Object.keys(asObject(value) ?? { not: 'empty' });
  return members.length === 0;
}

function asksToReason(reasoning: ReasoningRequest | undefined): boolean {
  return reasoning !== undefined && reasoning.effort !== 'none' && reasoning.budgetTokens !== 0;
}

/** False for an ARN that says nothing about the model behind it. */
function isKnownElsewhere(model: string): boolean {
  const isOpaque = /:(?:application-inference-profile|provisioned-model|imported-model|custom-model)/.test(model);
  return !isOpaque && !isClaude(model) && !isNova(model);
}

function namesUnofferedTool({ toolChoice }: Parameters, tools: readonly Tool[]): boolean {
  if (toolChoice?.kind !== 'tool' && toolChoice?.kind !== 'allowed') return false;
  const offered = new Set(tools.flatMap(namesOf));
  const named = toolChoice.kind === 'tool' ? [toolChoice.name] : toolChoice.names;
  return named.some((name) => !offered.has(name));
}

/** What a choice may call a tool; one that the vendor runs goes by its type where it has no name. */
function namesOf(tool: Tool): readonly string[] {
  if (tool.kind === 'function') return [tool.name];
  const name = tool.value['name'];
  return typeof name === 'string' ? [tool.type, name] : [tool.type];
}
