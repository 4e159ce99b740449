import { normalizeFamily, type Bundle } from '#gateway-protocol';

/** Vendors that a model name may be prefixed with (contract 7.2). */
const FAMILIES: ReadonlySet<string> = new Set([
  'openai',
  'openai_codex',
  'anthropic',
  'azure',
  'azure_safety',
  'bedrock',
  'vertex',
  'gemini',
  'xai',
  'groq',
  'cerebras',
  'deepseek',
  'mistral',
  'together',
  'fireworks',
  'openrouter',
  'perplexity',
  'voyage',
  'cohere',
  'custom',
  'elevenlabs',
  'cloudflare',
]);

/** Prefixes of model names that give their vendor away. */
const FAMILY_BY_PREFIX: readonly (readonly [prefix: string, family: string])[] = [
  ['claude-', 'anthropic'],
  ['gpt-', 'openai'],
  ['o1', 'openai'],
  ['o3', 'openai'],
  ['o4', 'openai'],
  ['chatgpt-', 'openai'],
  ['text-embedding-', 'openai'],
  ['dall-e-', 'openai'],
  ['whisper-', 'openai'],
  ['tts-', 'openai'],
  ['gemini-', 'gemini'],
];

/** A model name, read: which model, and where it asks to go. */
export type ModelName =
  /** `gpt-5`: any provider that serves it. */
  | { readonly kind: 'bare'; readonly model: string }
  /** `openai/gpt-5`: a vendor. */
  | { readonly kind: 'family'; readonly family: string; readonly model: string }
  /** `eu/gpt-5`: one model provider by its handle. */
  | { readonly kind: 'handle'; readonly handle: string; readonly modelProviderId: string; readonly model: string };

/**
 * Reads the model that the client named, with the key's aliases applied (contract 7.2).
 *
 * An alias wins over everything, also over a real model's name, and is not followed twice.
 */
export function readModelName(requested: string, bundle: Bundle): ModelName {
  return readSpelling(bundle.routing.modelAliases.get(requested) ?? requested, bundle);
}

/** The vendor that a bare model name belongs to by its prefix, or undefined. */
export function inferFamily(model: string): string | undefined {
  const lower = model.toLowerCase();
  return FAMILY_BY_PREFIX.find(([prefix]) => lower.startsWith(prefix))?.[1];
}

function readSpelling(spelling: string, bundle: Bundle): ModelName {
  const slash = spelling.indexOf('/');
  const head = spelling.slice(0, slash).toLowerCase();
  const model = spelling.slice(slash + 1);
  if (slash <= 0 || model === '') return { kind: 'bare', model: spelling };

  const { excludedByRouting, excludedByAccess } = bundle.routing;
  for (const row of [...bundle.modelProviders, ...excludedByRouting, ...excludedByAccess]) {
    if (row.handle === head) return { kind: 'handle', handle: head, modelProviderId: row.id, model };
  }
  const family = normalizeFamily(head);
  return FAMILIES.has(family) ? { kind: 'family', family, model } : { kind: 'bare', model: spelling };
}
