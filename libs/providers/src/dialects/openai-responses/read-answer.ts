import { asList, asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import { readEventError } from './errors.js';
import { readFinish } from './finish-reasons.js';
import { asObjectList } from './object-list.js';
import { readOutputItem } from './read-output-item.js';
import { readResponsesUsage } from './read-usage.js';

/** States of a response that is not, or never will be, an answer. */
const UNANSWERED: ReadonlySet<unknown> = new Set(['queued', 'in_progress', 'cancelled']);

/**
 * Reads a whole answer.
 *
 * @throws AnswerUnreadableError when the body is no answer: no output, a failure that came with 200, or a response that
 *   the provider still works on.
 */
export function readAnswer(body: JsonObject): ModelAnswer {
  const output = asList(body['output']);
  const { status } = body;
  if (status === 'failed' || asObject(body['error']) !== undefined) {
    throw new AnswerUnreadableError(readEventError(body).message);
  }
  if (output === undefined) throw new AnswerUnreadableError('the answer has no output');
  if (UNANSWERED.has(status)) throw new AnswerUnreadableError(`the answer is ${String(status)}`);
  if (status === 'completed' && output.length === 0) throw new AnswerUnreadableError('the answer holds nothing');
  const items = asObjectList(output);
  const parts = items.flatMap(readOutputItem);
  const seen = {
    toolCall: parts.some(({ kind }) => kind === 'tool-call'),
    refusal: parts.some(({ kind }) => kind === 'refusal'),
  };
  const logprobs = items.flatMap(readLogprobs);
  return {
    ...compact({
      id: asNonEmptyString(body['id']),
      model: asNonEmptyString(body['model']),
      serviceTier: asNonEmptyString(body['service_tier']),
      logprobs: logprobs.length === 0 ? undefined : logprobs,
    }),
    parts,
    finish: readFinish(body, status === 'incomplete', seen),
    usage: readResponsesUsage(body['usage']),
  };
}

function readLogprobs(item: JsonObject): readonly JsonObject[] {
  return asObjectList(item['content']).flatMap((block) => asObjectList(block['logprobs']));
}
