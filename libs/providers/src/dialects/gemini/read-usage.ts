import { asCount, asList, asObject } from '../../json/read-json.js';
import type { Json } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Reads `usageMetadata` of a Gemini answer or chunk.
 *
 * The vendor's `promptTokenCount` includes cached tokens, results of tools that it ran itself come on top of it, and
 * thoughts come on top of `candidatesTokenCount`; here the buckets are made disjoint. Where the vendor leaves out the
 * candidates' count, as it does for an answer that consists of thoughts only, the output follows from the total.
 * Details that contradict their total are ignored rather than trusted, so no bucket is ever negative.
 * Source: Gemini API reference, "UsageMetadata".
 *
 * @returns undefined when `metadata` is not an object with at least one count (Vertex sends such on most chunks).
 */
export function readGeminiUsage(metadata: Json | undefined): Usage | undefined {
  const fields = asObject(metadata);
  if (fields === undefined) return undefined;
  const prompt = asCount(fields['promptTokenCount']);
  const toolUse = asCount(fields['toolUsePromptTokenCount']) ?? 0;
  const candidates = asCount(fields['candidatesTokenCount']);
  const thoughts = asCount(fields['thoughtsTokenCount']);
  const total = asCount(fields['totalTokenCount']);
  if (prompt === undefined && candidates === undefined && thoughts === undefined) return undefined;

  const cached = asCount(fields['cachedContentTokenCount']);
  const inputAudio = freshAudio(fields['promptTokensDetails'], fields['cacheTokensDetails']);
  const outputAudio = audioTokens(fields['candidatesTokensDetails']);
  const input = subtract(prompt === undefined ? undefined : prompt + toolUse, [cached, inputAudio]);
  const output = subtract(outputTotal(prompt, toolUse, candidates, thoughts, total), [outputAudio]);
  return {
    inputTokens: input.rest,
    outputTokens: output.rest,
    cacheReadTokens: input.consistent ? cached : undefined,
    cacheWriteTokens: undefined,
    cacheWrite1hTokens: undefined,
    reasoningTokens: thoughts,
    inputAudioTokens: input.consistent ? inputAudio : undefined,
    outputAudioTokens: output.consistent ? outputAudio : undefined,
  };
}

function outputTotal(
  prompt: number | undefined,
  toolUse: number,
  candidates: number | undefined,
  thoughts: number | undefined,
  total: number | undefined,
): number | undefined {
  if (candidates !== undefined) return candidates + (thoughts ?? 0);
  const rest = total === undefined || prompt === undefined ? undefined : total - prompt - toolUse;
  if (rest === undefined || rest < (thoughts ?? 0)) return thoughts;
  return rest;
}

/** Audio of the prompt that did not come from the cache; the prompt's details include what did. */
function freshAudio(promptDetails: Json | undefined, cacheDetails: Json | undefined): number | undefined {
  const audio = audioTokens(promptDetails);
  const cachedAudio = audioTokens(cacheDetails) ?? 0;
  return audio === undefined ? undefined : Math.max(0, audio - cachedAudio);
}

function audioTokens(details: Json | undefined): number | undefined {
  const audio = asList(details)
    ?.map(asObject)
    .find((detail) => detail?.['modality'] === 'AUDIO');
  return asCount(audio?.['tokenCount']);
}

function subtract(
  total: number | undefined,
  parts: readonly (number | undefined)[],
): { rest: number | undefined; consistent: boolean } {
  if (total === undefined) return { rest: undefined, consistent: true };
  let rest = total;
  for (const part of parts) rest -= part ?? 0;
  return rest >= 0 ? { rest, consistent: true } : { rest: total, consistent: false };
}
