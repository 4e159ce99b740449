import { asList, asNumber, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';

/** Reads `logprobsResult` into OpenAI's shape, one object per token; undefined when there is none. */
export function readLogprobs(result: Json | undefined): readonly JsonObject[] | undefined {
  const fields = asObject(result);
  const chosen = asList(fields?.['chosenCandidates']);
  if (chosen === undefined) return undefined;
  const tops = asList(fields?.['topCandidates']) ?? [];
  return chosen.map((candidate, index) => ({
    ...readToken(candidate),
    top_logprobs: (asList(asObject(tops[index])?.['candidates']) ?? []).map(readToken),
  }));
}

/** Writes log probabilities in OpenAI's shape as `logprobsResult`. */
export function writeLogprobs(logprobs: readonly JsonObject[]): JsonObject {
  return {
    chosenCandidates: logprobs.map(writeToken),
    topCandidates: logprobs.map((token) => ({
      candidates: (asList(token['top_logprobs']) ?? []).flatMap((top) => {
        const fields = asObject(top);
        return fields === undefined ? [] : [writeToken(fields)];
      }),
    })),
  };
}

/** Bytes are not given by Google: a token may be a piece of a character, so they cannot be told from its text. */
function readToken(value: Json): JsonObject {
  const fields = asObject(value);
  return { token: asString(fields?.['token']) ?? '', logprob: asNumber(fields?.['logProbability']) ?? 0, bytes: null };
}

function writeToken(token: JsonObject): JsonObject {
  return { token: asString(token['token']) ?? '', logProbability: asNumber(token['logprob']) ?? 0 };
}
