import { asCount, asList, asObject, asString } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Reads Converse's `usage`; undefined when there is none. Its `inputTokens` leave cached tokens out already; audio and
 * reasoning are not told apart.
 */
export function readUsage(value: Json | undefined): Usage | undefined {
  const usage = asObject(value);
  if (usage === undefined) return undefined;
  const written = writtenByLife(usage['cacheDetails']);
  const cacheWriteTokens = asCount(usage['cacheWriteInputTokens']) ?? written.total;
  return {
    inputTokens: asCount(usage['inputTokens']),
    outputTokens: asCount(usage['outputTokens']),
    cacheReadTokens: asCount(usage['cacheReadInputTokens']),
    cacheWriteTokens,
    cacheWrite1hTokens: fits(written.hour, cacheWriteTokens) ? written.hour : undefined,
    reasoningTokens: undefined,
    inputAudioTokens: undefined,
    outputAudioTokens: undefined,
  };
}

function writtenByLife(details: Json | undefined): {
  readonly total: number | undefined;
  readonly hour: number | undefined;
} {
  let total: number | undefined;
  let hour: number | undefined;
  for (const item of asList(details) ?? []) {
    const detail = asObject(item);
    const tokens = asCount(detail?.['inputTokens']);
    if (tokens === undefined) continue;
    total = (total ?? 0) + tokens;
    if (asString(detail?.['ttl']) === '1h') hour = (hour ?? 0) + tokens;
  }
  return { total, hour };
}

/** A part that is more than its whole contradicts it. */
function fits(part: number | undefined, whole: number | undefined): boolean {
  return part === undefined || (whole !== undefined && part <= whole);
}
