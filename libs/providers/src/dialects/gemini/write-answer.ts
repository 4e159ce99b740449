import { compact } from '../../json/read-json.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish, ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart, TextPart } from '../../spec/part.js';
import { AnswerPartsWriter } from './answer-parts-writer.js';
import { readCallArguments } from './call-arguments.js';
import { writeGeminiFinish } from './finish-reasons.js';
import { GroundingWriter } from './grounding-writer.js';
import { writeLogprobs } from './logprobs.js';
import { writeGeminiUsage } from './write-usage.js';

/** Writes an answer as `GenerateContentResponse`. */
export function writeGeminiAnswer(answer: ModelAnswer, context: AnswerContext): JsonObject {
  const { parts, grounding, brokenCalls } = writeParts(answer.parts, showsThoughts(context));
  const candidate = compact({
    content: { parts, role: 'model' },
    ...writeFinish(answer.finish, brokenCalls > 0),
    index: 0,
    groundingMetadata: grounding.toJson(),
    logprobsResult: answer.logprobs === undefined ? undefined : writeLogprobs(answer.logprobs),
  });
  return compact({
    candidates: [candidate],
    usageMetadata: answer.usage === undefined ? undefined : writeGeminiUsage(answer.usage),
    modelVersion: context.model,
    responseId: answer.id ?? context.fallbackId,
  });
}

/** Whether the client asked to see thoughts. */
export function showsThoughts({ request }: AnswerContext): boolean {
  return request.parameters.reasoning?.visible === true;
}

/**
 * Writes the end of an answer. A call whose arguments are no object cannot be written, and must not be carried out with
 * others in their place: the client is told as Google tells it.
 */
export function writeFinish(finish: Finish, hasBrokenCalls: boolean): JsonObject {
  if (!hasBrokenCalls || finish.reason === 'length') return { finishReason: writeGeminiFinish(finish) };
  return {
    finishReason: 'MALFORMED_FUNCTION_CALL',
    finishMessage: 'The model called a function with arguments that are not a JSON object.',
  };
}

function writeParts(
  parts: readonly AssistantPart[],
  shows: boolean,
): { parts: readonly JsonObject[]; grounding: GroundingWriter; brokenCalls: number } {
  const writer = new AnswerPartsWriter(shows);
  const grounding = new GroundingWriter();
  const out: JsonObject[] = [];
  let brokenCalls = 0;
  for (const part of parts) {
    if (part.kind === 'text') ground(part, out.length, grounding);
    const written = writePart(part, writer);
    if (written === undefined) brokenCalls += 1;
    else out.push(...written);
  }
  out.push(...writer.end());
  return { parts: out, grounding, brokenCalls };
}

/** The parts for one of ours; undefined for a call that cannot be written. */
function writePart(part: AssistantPart, writer: AnswerPartsWriter): readonly JsonObject[] | undefined {
  switch (part.kind) {
    case 'text':
      return writer.text(part.text, part.state);
    case 'refusal':
      return writer.text(part.text);
    case 'reasoning':
      return writer.wholeReasoning(part.text, part.state);
    case 'media':
      return writer.media(part);
    case 'unknown':
      return [];
    case 'tool-call': {
      const args = readCallArguments(part.argumentsText, part.freeText);
      return args === undefined ? undefined : writer.call(part.callId, part.name, args, part.state);
    }
  }
}

function ground(part: TextPart, partIndex: number, grounding: GroundingWriter): void {
  if (part.citations === undefined) return;
  grounding.startText(partIndex);
  grounding.addText(part.text);
  for (const citation of part.citations) grounding.cite(citation);
  grounding.endText();
}
