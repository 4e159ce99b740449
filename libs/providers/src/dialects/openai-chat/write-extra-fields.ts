import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';

/** The gateway's own member of an answer, which tells what could not be carried; undefined when all of it was. */
export function writeExtraFields({ dropped }: AnswerContext): JsonObject | undefined {
  return dropped.length === 0 ? undefined : { params_dropped: [...dropped].sort() };
}
