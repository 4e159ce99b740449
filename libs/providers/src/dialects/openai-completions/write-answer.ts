import { compact } from '../../json/read-json.js';
import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import { writeExtraFields } from '../openai-chat/write-extra-fields.js';
import { writeUsage } from '../openai-chat/write-usage.js';
import { COMPLETION_ID_PREFIX, answerText, writeFinish } from './answer-text.js';

/** Writes a whole answer as a `text_completion` with one choice. */
export function writeAnswer(answer: ModelAnswer, context: AnswerContext): JsonObject {
  const { id, parts, finish, usage } = answer;
  const refuses = parts.some(({ kind }) => kind === 'refusal');
  return compact({
    id: id ?? COMPLETION_ID_PREFIX + context.fallbackId,
    object: 'text_completion',
    created: context.createdAtSeconds,
    model: context.model,
    choices: [{ text: answerText(parts), index: 0, logprobs: null, finish_reason: writeFinish(finish, refuses) }],
    usage: usage === undefined ? undefined : writeUsage(usage),
    extra_fields: writeExtraFields(context),
  });
}
