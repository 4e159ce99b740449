import type { ProviderState, StateFamily } from '../../spec/provider-state.js';

/** States of OpenAI's models on Bedrock: they come back to Bedrock only, OpenAI itself does not know them. */
const OPENAI_ON_BEDROCK: StateFamily = 'x-bedrock-openai';

/** How the encrypted reasoning of OpenAI's models begins, once decoded (seen in answers of 2026). */
const OPENAI_REASONING_PREFIX = 'rsn_';

/** Whose opaque states a model on Bedrock understands; undefined when it has none, or cannot be told by its name. */
export function bedrockStateFamily(model: string): StateFamily | undefined {
  if (/claude/i.test(model)) return 'anthropic';
  return /(^|[./])openai\.gpt/i.test(model) ? OPENAI_ON_BEDROCK : undefined;
}

/** The state that a signature is: only Claude signs its reasoning. */
export function signatureState(signature: string): ProviderState {
  return { family: 'anthropic', data: signature };
}

/** The state that redacted reasoning is. An answer does not name its model, so the family is told by the content. */
export function redactedState(base64: string): ProviderState {
  const start = Buffer.from(base64.slice(0, 8), 'base64').toString('latin1');
  const family = start.startsWith(OPENAI_REASONING_PREFIX) ? OPENAI_ON_BEDROCK : 'anthropic';
  return { family, data: base64, redacted: true };
}
