import { asNonEmptyString, asObject, asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { ReasoningPart } from '../../spec/part.js';
import { redactedState, signatureState } from './state-family.js';

/** Reads a block of reasoning from a whole answer; undefined when there is nothing in it. */
export function readReasoning(block: JsonObject): ReasoningPart | undefined {
  const redacted = asNonEmptyString(block['redactedContent']);
  if (redacted !== undefined) return { kind: 'reasoning', text: '', state: redactedState(redacted) };
  const reasoningText = asObject(block['reasoningText']);
  const text = asString(reasoningText?.['text']) ?? '';
  const signature = asNonEmptyString(reasoningText?.['signature']);
  if (signature !== undefined) return { kind: 'reasoning', text, state: signatureState(signature) };
  return text === '' ? undefined : { kind: 'reasoning', text };
}
