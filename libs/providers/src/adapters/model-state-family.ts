import type { StateFamily } from '../spec/provider-state.js';

/** By the model's own name, with or without the maker before it. The first that matches decides. */
const FAMILIES: readonly (readonly [RegExp, StateFamily])[] = [
  [/(?:^|[./])claude-/i, 'anthropic'],
  [/(?:^|\/)gemini-/i, 'gemini'],
  [/(?:^|\/)(?:gpt-\d|o\d|codex-|chatgpt-|computer-use-)/i, 'openai'],
];

/** gpt-oss is an open model: whoever serves it, its states are nobody's that we know. */
const OPEN_MODEL = /(?:^|\/)gpt-oss/i;

/**
 * Whose states a model understands, by its name: models keep their family wherever they are served. Undefined for
 * makers without opaque states, and for names that say nothing.
 */
export function stateFamilyOfModel(model: string): StateFamily | undefined {
  if (OPEN_MODEL.test(model)) return undefined;
  return FAMILIES.find(([pattern]) => pattern.test(model))?.[1];
}
