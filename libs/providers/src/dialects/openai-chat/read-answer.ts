import { asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import { readChatUsage } from './chat-usage.js';
import { isFailureWord, readFinish } from './finish-reasons.js';
import { objectsOf } from './objects-of.js';
import { readAnswerParts } from './read-answer-parts.js';
import { readLogprobs } from './read-logprobs.js';

/**
 * Reads a whole chat answer. Of several choices the first is taken.
 *
 * @throws AnswerUnreadableError when there is no choice, or when the vendor says that it broke the answer off.
 */
export function readAnswer(body: JsonObject): ModelAnswer {
  const choice = firstChoice(body);
  const message = asObject(choice?.['message']);
  if (choice === undefined || message === undefined) throw new AnswerUnreadableError('The answer has no message.');
  const word = asNonEmptyString(choice['finish_reason']);
  if (word !== undefined && isFailureWord(word)) {
    throw new AnswerUnreadableError(`The provider broke the answer off: ${word}.`);
  }
  const id = asNonEmptyString(body['id']);
  const parts = readAnswerParts(message, { answerId: id, sources: body['citations'] });
  const callsTools = parts.some(({ kind }) => kind === 'tool-call');
  // vLLM says here which of the stop sequences it met.
  const stopSequence = asNonEmptyString(choice['stop_reason']);
  return compact({
    id,
    model: asNonEmptyString(body['model']),
    parts,
    finish: compact({ ...readFinish(word, callsTools), stopSequence }),
    usage: readChatUsage(body['usage']),
    logprobs: readLogprobs(choice),
    serviceTier: asString(body['service_tier']),
  });
}

/** The choice with the lowest index, which is the first unless a vendor shuffles them. */
function firstChoice(body: JsonObject): JsonObject | undefined {
  const choices = objectsOf(body['choices']);
  return choices.find(({ index }) => index === 0) ?? choices[0];
}
