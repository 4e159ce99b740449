import { normalizeFamily, type Bundle } from '#gateway-protocol';
import type { AdapterRegistry } from '#providers';

/** Finds out whether an adapter serves a family. */
type Families = Pick<AdapterRegistry, 'find'>;

/** Vendors that a model name may be prefixed with (contract 7.2), besides those that an adapter serves. */
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
  ['o1-', 'openai'],
  ['o3-', 'openai'],
  ['o4-', 'openai'],
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
 * An alias wins over everything, also over a real model's name, and is not followed twice. The vendor in its target is
 * a vendor even where a handle of that name exists, because whoever wrote the alias did not know the key's handles.
 *
 * @param families Who serves further vendors. Default: nobody.
 */
export function readModelName(requested: string, bundle: Bundle, families?: Families): ModelName {
  const target = bundle.routing.modelAliases.get(requested);
  if (target === undefined) return readSpelling(requested, bundle, families);
  return readFamily(target, families) ?? readSpelling(target, bundle, families);
}

/** The vendor that a bare model name belongs to by its prefix, or undefined. `o3` is read like `o3-mini`. */
export function inferFamily(model: string): string | undefined {
  const lower = `${model.toLowerCase()}-`;
  return FAMILY_BY_PREFIX.find(([prefix]) => lower.startsWith(prefix))?.[1];
}

function readSpelling(spelling: string, bundle: Bundle, families: Families | undefined): ModelName {
  const halves = split(spelling);
  if (halves === undefined) return { kind: 'bare', model: spelling };
  const { head, model } = halves;
  const { excludedByRouting, excludedByAccess } = bundle.routing;
  for (const rows of [bundle.modelProviders, excludedByRouting, excludedByAccess]) {
    const pinned = rows.find((row) => row.handle === head);
    if (pinned !== undefined) return { kind: 'handle', handle: head, modelProviderId: pinned.id, model };
  }
  return readFamily(spelling, families) ?? { kind: 'bare', model: spelling };
}

function readFamily(spelling: string, families: Families | undefined): ModelName | undefined {
  const halves = split(spelling);
  if (halves === undefined) return undefined;
  const family = normalizeFamily(halves.head);
  const isFamily = FAMILIES.has(family) || families?.find(family) !== undefined;
  return isFamily ? { kind: 'family', family, model: halves.model } : undefined;
}

/** The two sides of the first slash, the first in lower case; undefined unless both have something in them. */
function split(spelling: string): { readonly head: string; readonly model: string } | undefined {
  const slash = spelling.indexOf('/');
  const model = spelling.slice(slash + 1);
  return slash <= 0 || model === '' ? undefined : { head: spelling.slice(0, slash).toLowerCase(), model };
}
