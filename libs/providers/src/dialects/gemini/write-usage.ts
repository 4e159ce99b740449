import { compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';

/** Writes usage as `usageMetadata`, in which the prompt includes its cached part and thoughts stand beside the answer. */
export function writeGeminiUsage(usage: Usage): JsonObject {
  const { cacheReadTokens, inputAudioTokens, outputAudioTokens, reasoningTokens } = usage;
  const prompt = sum([usage.inputTokens, cacheReadTokens, usage.cacheWriteTokens, inputAudioTokens]);
  const output = sum([usage.outputTokens, outputAudioTokens]);
  const thoughts = reasoningTokens !== undefined && reasoningTokens <= (output ?? 0) ? reasoningTokens : undefined;
  return compact({
    promptTokenCount: prompt,
    candidatesTokenCount: output === undefined ? undefined : output - (thoughts ?? 0),
    totalTokenCount: sum([prompt, output]),
    cachedContentTokenCount: cacheReadTokens === 0 ? undefined : cacheReadTokens,
    thoughtsTokenCount: thoughts === 0 ? undefined : thoughts,
    promptTokensDetails: detailsOf(prompt, inputAudioTokens),
    candidatesTokensDetails: detailsOf(output === undefined ? undefined : output - (thoughts ?? 0), outputAudioTokens),
  });
}

function detailsOf(total: number | undefined, audio: number | undefined): readonly JsonObject[] | undefined {
  if (total === undefined || audio === undefined || audio === 0) return undefined;
  return [
    { modality: 'TEXT', tokenCount: Math.max(0, total - audio) },
    { modality: 'AUDIO', tokenCount: audio },
  ];
}

/** The sum of what is known; undefined when nothing is. */
function sum(parts: readonly (number | undefined)[]): number | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, part) => total + part, 0);
}
