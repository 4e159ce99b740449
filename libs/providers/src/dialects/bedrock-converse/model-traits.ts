import type { StateFamily } from '../../spec/provider-state.js';

/** What Bedrock's models differ in, as far as Converse does not hide it. */
export interface ModelTraits {
  readonly vendor: 'claude' | 'nova' | 'mistral' | 'other';
  /** Where cache points may stand. */
  readonly caching: 'none' | 'messages' | 'messages-and-tools';
  /** Whether a cache may be asked to live for an hour. */
  readonly cachesForAnHour: boolean;
  /** Whether the model thinks by `reasoningConfig` (Nova 2). */
  readonly hasReasoningConfig: boolean;
}

const CLAUDE = /claude/i;
const NOVA = /\bnova-(micro|lite|pro|premier|sonic|omni|\d)/i;
const NOVA_WITH_REASONING = /\bnova-[2-9]/i;
const MISTRAL = /mistral|mixtral|pixtral|voxtral/i;

/** Claude models from before prompt caching came to Bedrock. */
const CLAUDE_WITHOUT_CACHE = /claude-(v2|instant|3-(haiku|sonnet|opus)|3-5-sonnet-20240620)/i;
/** Claude models from before the cache of an hour, which came with 4.5. */
const CLAUDE_WITHOUT_HOUR = /claude-(3|(opus|sonnet)-4(-1)?(-2025|$))/i;

/**
 * The traits of a model. An application inference profile is an ARN that names no model; the family of its states then
 * says at least whether it is a Claude, and it is taken for a recent one.
 */
export function readModelTraits(model: string, stateFamily: StateFamily | undefined): ModelTraits {
  if (CLAUDE.test(model) || stateFamily === 'anthropic') {
    const caches = !CLAUDE_WITHOUT_CACHE.test(model);
    return {
      vendor: 'claude',
      caching: caches ? 'messages-and-tools' : 'none',
      cachesForAnHour: caches && !CLAUDE_WITHOUT_HOUR.test(model),
      hasReasoningConfig: false,
    };
  }
  const rest = { cachesForAnHour: false, hasReasoningConfig: false } as const;
  if (NOVA.test(model)) {
    return { ...rest, vendor: 'nova', caching: 'messages', hasReasoningConfig: NOVA_WITH_REASONING.test(model) };
  }
  return { ...rest, vendor: MISTRAL.test(model) ? 'mistral' : 'other', caching: 'none' };
}
