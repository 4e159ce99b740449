import { z } from 'zod';
import type { ProviderAdapter } from '../spec/provider-adapter.js';
import { DECLARED_PRICE_MICRO_USD_MAX } from './declared-models.js';
import { FAMILY_NAME_RULE, isFamilyName } from './family-name.js';

const REQUIRED_METHODS = ['credentialRules', 'dialects', 'target'] as const;
/** Methods that `ProviderAdapter` has by itself. */
const INHERITED_METHODS = ['embeddings', 'stateFamily', 'countsTokens', 'storesResponses'] as const;
const CODEC_METHODS = ['writeRequest', 'readAnswer', 'createStreamReader', 'readError'] as const;
const BASE_URL_RULES: readonly unknown[] = ['required', 'optional', 'refused'];

const rate = z.int('must be whole micro-dollars').nonnegative().max(DECLARED_PRICE_MICRO_USD_MAX);
const modelsSchema = z.array(
  z.object({
    id: z.string().min(1),
    capabilities: z.record(z.string(), z.unknown()).optional(),
    price: z
      .strictObject({ input: rate, output: rate, cacheRead: rate.optional(), cacheWrite: rate.optional() })
      .optional(),
  }),
);

/** A value that is an adapter, or why it is none: what is wrong, and the mend. */
export type AdapterCheck =
  { readonly ok: true; readonly adapter: ProviderAdapter } | { readonly ok: false; readonly problem: string };

/**
 * Judges by its shape whether `value` can serve as an adapter: a plugin may bring a copy of this library of its own, so
 * its class says nothing.
 */
export function checkAdapter(value: unknown): AdapterCheck {
  const problem = isObject(value)
    ? (methodProblem(value) ??
      familiesProblem(value['families']) ??
      codecsProblem(value['codecs']) ??
      modelsProblem(value['models']))
    : 'it exports something that is no adapter. Export an instance or a class that extends ProviderAdapter.';
  if (problem !== undefined) return { ok: false, problem };
  const adapter = value as ProviderAdapter;
  const rulesProblem = adapter.families.map((family) => credentialRulesProblem(adapter, family)).find(Boolean);
  return rulesProblem === undefined ? { ok: true, adapter } : { ok: false, problem: rulesProblem };
}

type Members = Readonly<Record<string, unknown>>;

function methodProblem(value: Members): string | undefined {
  const missing = [...REQUIRED_METHODS, ...INHERITED_METHODS].find((name) => typeof value[name] !== 'function');
  if (missing === undefined) return undefined;
  const mend = (REQUIRED_METHODS as readonly string[]).includes(missing)
    ? 'Write it'
    : 'Extend ProviderAdapter, which has it';
  return `its adapter has no method "${missing}". ${mend}.`;
}

function familiesProblem(families: unknown): string | undefined {
  if (!Array.isArray(families) || families.length === 0) {
    return 'its adapter serves no family. Name at least one in "families".';
  }
  const wrong: unknown = families.find((family) => !isFamilyName(family));
  if (wrong !== undefined) return `${JSON.stringify(wrong)} is no name of a family. It must be ${FAMILY_NAME_RULE}.`;
  return new Set(families).size === families.length ? undefined : 'it names a family twice. Name it once.';
}

function codecsProblem(codecs: unknown): string | undefined {
  if (!Array.isArray(codecs)) return '"codecs" is no list. Extend ProviderAdapter, where it is an empty one.';
  for (const codec of codecs as readonly unknown[]) {
    if (!isObject(codec))
      return 'one of its "codecs" is no object. Give an object with the methods of a ProviderCodec.';
    const { dialect } = codec;
    if (typeof dialect !== 'string' || !/^x-./.test(dialect)) {
      return `the dialect ${JSON.stringify(dialect)} of a codec is not one of its own. Let its name begin with "x-".`;
    }
    const missing = CODEC_METHODS.find((name) => typeof codec[name] !== 'function');
    if (missing !== undefined) return `the codec of "${dialect}" has no method "${missing}". Write it.`;
  }
  return undefined;
}

function modelsProblem(models: unknown): string | undefined {
  const read = modelsSchema.safeParse(models);
  const [issue] = read.error?.issues ?? [];
  if (issue === undefined) return undefined;
  const place = ['models', ...issue.path].join('.');
  return `"${place}" cannot be used (${issue.message}). A model is { id, capabilities?, price? }, and a price whole micro-dollars per million tokens.`;
}

function credentialRulesProblem(adapter: ProviderAdapter, family: string): string | undefined {
  const asked = `credentialRules("${family}")`;
  try {
    const rules: unknown = adapter.credentialRules(family);
    if (!isObject(rules)) return `${asked} gives nothing. Return { schema, baseUrl }.`;
    const { schema, baseUrl } = rules;
    const standard = isObject(schema) ? schema['~standard'] : undefined;
    if (!isObject(standard) || typeof standard['validate'] !== 'function') {
      return `the "schema" of ${asked} is no Standard Schema. Give one, such as a Zod object.`;
    }
    return BASE_URL_RULES.includes(baseUrl)
      ? undefined
      : `the "baseUrl" of ${asked} is no rule. Give "required", "optional" or "refused".`;
  } catch (error) {
    return `${asked} throws (${String(error)}). It must answer for every family that the adapter names.`;
  }
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
