import { asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { ToolCallPart } from '../../spec/part.js';
import { readGoogleState } from './google-state.js';
import { objectsOf } from './objects-of.js';

/** Longest part of an answer's id that goes into an id made for a call: some vendors take 40 characters at most. */
const ANSWER_ID_CHARACTERS_MAX = 24;

/** Reads the tool calls of an answer's message, and the one function call that an old server may give instead. */
export function readAnswerToolCalls(message: JsonObject, answerId: string | undefined): readonly ToolCallPart[] {
  const calls = objectsOf(message['tool_calls']);
  const legacy = asObject(message['function_call']);
  const all: readonly JsonObject[] = calls.length === 0 && legacy !== undefined ? [{ function: legacy }] : calls;
  return all.flatMap((call, index) => readToolCall(call, madeCallId(answerId, index)));
}

/** An id for a call to which the vendor gave none: the same however often the answer is read. */
export function madeCallId(answerId: string | undefined, index: number): string {
  const tail = (answerId ?? '').replaceAll(/[^A-Za-z0-9_-]/g, '').slice(-ANSWER_ID_CHARACTERS_MAX);
  return tail === '' ? `call_${index}` : `call_${tail}_${index}`;
}

/** Arguments as text; a vendor that gives the parsed object gets it written again. */
export function argumentsTextOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function readToolCall(call: JsonObject, fallbackId: string): readonly ToolCallPart[] {
  const custom = asObject(call['custom']);
  const called = custom ?? asObject(call['function']);
  const name = asNonEmptyString(called?.['name']);
  if (called === undefined || name === undefined) return [];
  return [
    compact({
      kind: 'tool-call' as const,
      callId: asNonEmptyString(call['id']) ?? fallbackId,
      name,
      argumentsText: argumentsTextOf(called[custom === undefined ? 'arguments' : 'input']),
      freeText: custom === undefined ? undefined : (true as const),
      state: readGoogleState(call),
    }),
  ];
}
