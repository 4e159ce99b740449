import { asNonEmptyString, asString } from '../../json/read-json.js';
import { readState, writeState } from '../../hub/state-envelope.js';
import type { JsonObject } from '../../spec/json.js';
import type { ReasoningPart } from '../../spec/part.js';
import type { ProviderState, StateFamily } from '../../spec/provider-state.js';

/** Whose states stand unwrapped in this dialect. */
const NATIVE_FAMILY: StateFamily = 'anthropic';

/** The state behind a `signature`; undefined when it is absent or empty. */
export function readSignature(signature: unknown): ProviderState | undefined {
  const text = asNonEmptyString(signature);
  return text === undefined ? undefined : readState(text, NATIVE_FAMILY);
}

/** The state that the `data` of a `redacted_thinking` block is. */
export function readRedactedData(data: string): ProviderState {
  const state = readState(data, NATIVE_FAMILY);
  return state.family === NATIVE_FAMILY ? { ...state, redacted: true } : state;
}

/** Reads a `thinking` block. */
export function readThinkingBlock(block: JsonObject): ReasoningPart {
  const state = readSignature(block['signature']);
  return { kind: 'reasoning', text: asString(block['thinking']) ?? '', ...(state && { state }) };
}

/** True for a state that Anthropic shows as `redacted_thinking`. */
function isRedacted(state: ProviderState | undefined): state is ProviderState {
  return state?.family === NATIVE_FAMILY && state.redacted === true;
}

/**
 * Writes reasoning for a client: states of other families travel in `signature`, wrapped. Undefined when there is
 * neither text nor state.
 */
export function writeReasoningBlock(text: string, state: ProviderState | undefined): JsonObject | undefined {
  if (text === '' && isRedacted(state)) return { type: 'redacted_thinking', data: state.data };
  if (text === '' && state === undefined) return undefined;
  return { type: 'thinking', thinking: text, signature: state === undefined ? '' : writeSignature(state) };
}

/** The `signature` that a state stands in: as it is when it is Anthropic's, else wrapped. */
export function writeSignature(state: ProviderState): string {
  return writeState(state, NATIVE_FAMILY);
}
