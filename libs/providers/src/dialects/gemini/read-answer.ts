import { asCount, asList, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart } from '../../spec/part.js';
import { answerCallId } from './answer-call-id.js';
import { blockedPromptFinish, readGeminiFinish } from './finish-reasons.js';
import { readLogprobs } from './logprobs.js';
import { ModelParts } from './model-parts.js';
import { readAnswerPart } from './read-answer-part.js';
import { readCitations } from './read-citations.js';
import { readGeminiUsage } from './read-usage.js';

/**
 * Reads a `GenerateContentResponse`. A blocked prompt is an answer without parts that the filter held back; an answer
 * that spent its cap on thoughts is one without parts that ended for its length.
 *
 * @throws AnswerUnreadableError when there is neither a candidate nor a word about the prompt.
 */
export function readGeminiAnswer(body: JsonObject): ModelAnswer {
  const candidate = firstCandidate(body);
  const feedback = asObject(body['promptFeedback']);
  if (candidate === undefined && feedback === undefined) {
    throw new AnswerUnreadableError('the body holds neither candidates nor feedback on the prompt');
  }
  const id = asNonEmptyString(body['responseId']);
  const parts = candidate === undefined ? [] : readAnswerParts(candidate, id);
  const finish =
    candidate === undefined
      ? blockedPromptFinish(asNonEmptyString(feedback?.['blockReason']) ?? 'OTHER')
      : readGeminiFinish(
          asNonEmptyString(candidate['finishReason']),
          parts.some(({ kind }) => kind === 'tool-call'),
        );
  return compact({
    id,
    model: asNonEmptyString(body['modelVersion']),
    parts,
    finish,
    usage: readGeminiUsage(body['usageMetadata']),
    logprobs: readLogprobs(candidate?.['logprobsResult']),
    serviceTier: asNonEmptyString(asObject(body['usageMetadata'])?.['serviceTier']),
  }) as ModelAnswer;
}

/** The candidate that counts: the one with index 0, which Google may leave out. */
export function firstCandidate(body: JsonObject): JsonObject | undefined {
  return (asList(body['candidates']) ?? [])
    .map(asObject)
    .find((candidate) => candidate !== undefined && (asCount(candidate['index']) ?? 0) === 0);
}

/** The raw parts of a candidate; none when it has no content. */
export function partsOf(candidate: JsonObject): readonly Json[] {
  return asList(asObject(candidate['content'])?.['parts']) ?? [];
}

function readAnswerParts(candidate: JsonObject, answerId: string | undefined): readonly AssistantPart[] {
  const out = new ModelParts();
  let calls = 0;
  for (const value of partsOf(candidate)) {
    const part = readAnswerPart(value);
    if (part === undefined) continue;
    if (part.kind === 'media') out.media(part.media, part.state);
    else if (part.kind === 'unknown') out.unknown({ kind: 'unknown', type: part.type, value: part.value });
    else if (part.kind !== 'call') out[part.kind](part.text, part.state);
    else {
      const name = asNonEmptyString(part.call['name']) ?? 'tool';
      const id = asNonEmptyString(part.call['id']) ?? answerCallId(answerId, name, calls);
      out.call(id, name, JSON.stringify(asObject(part.call['args']) ?? {}), part.state);
      calls += 1;
    }
  }
  return cite(out.list, candidate);
}

/** Adds citations to the texts that they support; those that name no text of the answer go to its first one. */
function cite(parts: readonly AssistantPart[], candidate: JsonObject): readonly AssistantPart[] {
  const raw = partsOf(candidate).map((value) => readAnswerPart(value));
  // Empty texts are not in the list of parts, so texts are counted on both sides.
  const texts = raw.flatMap((part, index) =>
    part?.kind === 'text' && part.text !== '' ? [{ index, text: part.text }] : [],
  );
  const ordinal = (partIndex: number): number =>
    Math.max(
      0,
      texts.findIndex(({ index }) => index === partIndex),
    );
  const placed = readCitations(candidate, (partIndex) => texts[ordinal(partIndex)]?.text ?? '');
  if (placed.length === 0) return parts;
  let seen = -1;
  return parts.map((part) => {
    if (part.kind !== 'text') return part;
    seen += 1;
    const citations = placed.filter(({ partIndex }) => ordinal(partIndex) === seen).map(({ citation }) => citation);
    return citations.length === 0 ? part : { ...part, citations };
  });
}
