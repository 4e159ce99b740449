import { z } from 'zod';

/** The most ids that are taken from one provider's answer. */
export const LISTED_MODELS_MAX = 2000;

/** Longest id that is taken; no vendor has such a name. */
const MODEL_ID_CHARACTERS_MAX = 512;

/** OpenAI's list object, and the bare array that some of its imitators answer. */
const answerSchema = z.union([
  z.object({ data: z.array(z.unknown()) }).transform(({ data }) => data),
  z.array(z.unknown()),
]);

const entrySchema = z.object({ id: z.string().min(1).max(MODEL_ID_CHARACTERS_MAX) });

/** Google's compatible endpoint puts this before every id, and takes ids without it. */
const GOOGLE_PREFIX = 'models/';

/**
 * Reads the model ids of a provider's model list, each once and in order, at most {@link LISTED_MODELS_MAX}.
 *
 * Entries that are none are passed over. Undefined when `body` is no list of models.
 */
export function readModelIds(body: string): readonly string[] | undefined {
  const answer = answerSchema.safeParse(parseJson(body));
  if (!answer.success) return undefined;
  const ids = new Set<string>();
  for (const candidate of answer.data) {
    const entry = entrySchema.safeParse(candidate);
    if (entry.success) ids.add(withoutPrefix(entry.data.id));
    if (ids.size === LISTED_MODELS_MAX) break;
  }
  return [...ids];
}

function withoutPrefix(id: string): string {
  const hasMore = id.length > GOOGLE_PREFIX.length;
  return hasMore && id.startsWith(GOOGLE_PREFIX) ? id.slice(GOOGLE_PREFIX.length) : id;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Whatever is wrong with it, it is no list of models.
    return undefined;
  }
}
