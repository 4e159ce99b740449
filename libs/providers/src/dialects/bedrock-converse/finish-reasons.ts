import { asObject, asString, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish, FinishReason } from '../../spec/model-answer.js';

const REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['tool_use', 'tool-calls'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['guardrail_intervened', 'content-filter'],
  ['content_filtered', 'content-filter'],
  ['refusal', 'refusal'],
  ['pause_turn', 'pause'],
]);

/** Reads why an answer ended, from a whole answer or from the `messageStop` of a stream: both name it alike. */
export function readFinish(body: JsonObject): Finish {
  const raw = asString(body['stopReason']);
  const reason = raw === undefined ? 'other' : (REASONS.get(raw) ?? 'other');
  return { reason, ...compact({ raw, stopSequence: readStopSequence(body) }) };
}

function readStopSequence(body: JsonObject): string | undefined {
  const fields = asObject(body['additionalModelResponseFields']);
  return asString(fields?.['stop_sequence']) ?? asString(asObject(fields?.['delta'])?.['stop_sequence']);
}
