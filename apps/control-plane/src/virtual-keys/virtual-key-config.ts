import { z } from 'zod';

import { camelCaseFields, isPlainObject } from '../management/camel-case-fields.js';

const LIST_ENTRIES_MAX = 500;
const ALIASES_MAX = 200;
const TAGS_MAX = 32;
const TAG_CHARACTERS_MAX = 128;
const NAME_CHARACTERS_MAX = 256;
const ATTEMPTS_MAX = 10;
const DEFAULT_ATTEMPTS = 3;
/** `config` itself and the objects in it; the keys of `modelAliases` are data. */
const FIELD_NAMES = { depth: 2, dataFields: new Set(['modelAliases']) };

const modelName = z.string().trim().min(1).max(NAME_CHARACTERS_MAX);
const ceiling = z.int().positive();

/** Trims tags and drops blanks and duplicates; the order of first appearance is kept. */
const tagList = z
  .array(z.string().max(TAG_CHARACTERS_MAX))
  .max(TAGS_MAX)
  .transform((tags) => [...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== ''))]);

/**
 * The configuration of a virtual key as it is stored and shown: every field is present, null means "no restriction".
 *
 * Lists are never empty: an empty allow list would read as "everything" on a gateway, the opposite of what it says.
 */
export const virtualKeyConfigSchema = z.object({
  modelsAllowed: z
    .array(modelName)
    .min(1)
    .max(LIST_ENTRIES_MAX)
    .nullable()
    .default(null)
    .describe('Model names the key may call; `*` at the end matches any rest. null allows every model.'),
  providersAllowed: z
    .array(z.string().min(1))
    .min(1)
    .max(LIST_ENTRIES_MAX)
    .nullable()
    .default(null)
    .describe('Ids of model providers the key may use. null allows every one in reach, also future ones.'),
  modelAliases: z
    .record(modelName, modelName)
    .default({})
    .describe('Exact names a client may send, and the model each one stands for.'),
  fallback: z
    .object({ maxAttempts: z.int().min(0).max(ATTEMPTS_MAX).default(DEFAULT_ATTEMPTS) })
    .prefault({})
    .describe('Attempts per request over the candidates; 0 means one attempt per candidate.'),
  rateLimits: z
    .object({ rpm: ceiling.nullable().default(null), rpd: ceiling.nullable().default(null) })
    .prefault({})
    .describe('Requests per minute and per day; null is unlimited.'),
  cache: z
    .object({ mode: z.literal('respect').default('respect') })
    .prefault({})
    .describe('`respect` leaves the cache marks of a request as they are.'),
  onRevoke: z
    .enum(['finish', 'cut'])
    .default('finish')
    .describe(
      'What becomes of streams in progress when the key is revoked or disabled: `cut` ends them with an error.',
    ),
  strictTranslation: z
    .boolean()
    .default(false)
    .describe('Refuse a request rather than leave out what its provider cannot be given.'),
  metadata: z
    .object({
      label: z.string().max(TAG_CHARACTERS_MAX).nullable().default(null),
      tags: tagList.default([]),
    })
    .prefault({}),
});
export type VirtualKeyConfig = z.output<typeof virtualKeyConfigSchema>;

const requestFields = z.strictObject({
  modelsAllowed: z.array(modelName).min(1).max(LIST_ENTRIES_MAX).nullish(),
  providersAllowed: z.array(z.string().min(1).max(NAME_CHARACTERS_MAX)).min(1).max(LIST_ENTRIES_MAX).nullish(),
  modelAliases: z
    .record(modelName, modelName.nullable())
    .refine((aliases) => Object.keys(aliases).length <= ALIASES_MAX, `at most ${ALIASES_MAX} aliases`)
    .nullish(),
  fallback: z.strictObject({ maxAttempts: z.int().min(0).max(ATTEMPTS_MAX).nullish() }).nullish(),
  rateLimits: z.strictObject({ rpm: ceiling.nullish(), rpd: ceiling.nullish(), tpm: ceiling.nullish() }).nullish(),
  cache: z
    .strictObject({ mode: z.enum(['respect', 'force', 'disable']).nullish(), ttlS: z.int().min(0).nullish() })
    .nullish(),
  guardrailAttachments: z.array(z.unknown()).max(LIST_ENTRIES_MAX).nullish(),
  realtime: z.strictObject({ maxOpenSessions: z.int().min(0).nullish() }).nullish(),
  onRevoke: z.enum(['finish', 'cut']).nullish(),
  strictTranslation: z.boolean().nullish(),
  metadata: z.strictObject({ label: z.string().max(TAG_CHARACTERS_MAX).nullish(), tags: tagList.nullish() }).nullish(),
});

/**
 * The `config` of a create or a PATCH. Absent fields stay as they are and null puts a field back to its default;
 * objects merge field by field, lists replace. Field names may also be written in snake_case.
 */
export const virtualKeyConfigRequestSchema = z.preprocess(
  (input) => camelCaseFields(input, FIELD_NAMES),
  requestFields,
);
export type VirtualKeyConfigRequest = z.output<typeof virtualKeyConfigRequestSchema>;

/**
 * Names the fields that ask for something which no gateway enforces yet, in the order of the schema.
 *
 * They are refused rather than stored: a limit that is accepted and not enforced is worse than a refusal.
 */
export function unsupportedConfigFields(request: VirtualKeyConfigRequest): string[] {
  const asked: readonly (readonly [string, boolean])[] = [
    ['config.rateLimits.tpm', isSet(request.rateLimits?.tpm)],
    ['config.cache.mode', isSet(request.cache?.mode) && request.cache?.mode !== 'respect'],
    ['config.cache.ttlS', isSet(request.cache?.ttlS)],
    ['config.guardrailAttachments', (request.guardrailAttachments ?? []).length > 0],
    ['config.realtime.maxOpenSessions', isSet(request.realtime?.maxOpenSessions)],
  ];
  return asked.filter(([, isAsked]) => isAsked).map(([field]) => field);
}

/** Merges a request's `config` into the stored one (or into the defaults) and answers the whole result. */
export function mergeConfig(stored: VirtualKeyConfig | undefined, request: VirtualKeyConfigRequest): VirtualKeyConfig {
  return virtualKeyConfigSchema.parse(mergePatch(stored ?? {}, request));
}

/** JSON Merge Patch (RFC 7396), except that an absent value is written `undefined` here as well. */
function mergePatch(target: unknown, patch: object): Record<string, unknown> {
  const merged: Record<string, unknown> = isPlainObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    if (value === null) delete merged[name];
    else merged[name] = isPlainObject(value) ? mergePatch(merged[name], value) : value;
  }
  return merged;
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
