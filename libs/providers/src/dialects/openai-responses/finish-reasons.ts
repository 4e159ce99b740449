import { asNonEmptyString, asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish, FinishReason } from '../../spec/model-answer.js';

/** What was seen in an answer that its status does not tell. */
export interface SeenParts {
  readonly toolCall: boolean;
  readonly refusal: boolean;
}

/** How an answer ends, as a Responses client is told. */
export interface AnswerStatus {
  readonly status: 'completed' | 'incomplete';
  readonly incompleteReason?: 'max_output_tokens' | 'content_filter';
}

const REASON_BY_INCOMPLETE: ReadonlyMap<string, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['max_tokens', 'length'],
  ['content_filter', 'content-filter'],
]);

/** Why the answer in a `response` object ended. OpenAI says `completed` for every good end, so the parts decide. */
export function readFinish(response: JsonObject, isIncomplete: boolean, seen: SeenParts): Finish {
  const cause = asNonEmptyString(asObject(response['incomplete_details'])?.['reason']);
  if (isIncomplete) return { reason: REASON_BY_INCOMPLETE.get(cause ?? '') ?? 'other', raw: cause ?? 'incomplete' };
  const raw = 'completed';
  if (seen.toolCall) return { reason: 'tool-calls', raw };
  return { reason: seen.refusal ? 'refusal' : 'stop', raw };
}

/** How a Responses client is told of an end. */
export function writeAnswerStatus({ reason }: Finish): AnswerStatus {
  if (reason === 'length') return { status: 'incomplete', incompleteReason: 'max_output_tokens' };
  if (reason === 'content-filter') return { status: 'incomplete', incompleteReason: 'content_filter' };
  return { status: 'completed' };
}
