import { readState, writeState } from '../../hub/state-envelope.js';
import { asNonEmptyString, asObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { AssistantPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';

/** The state that Google's chat endpoint puts beside a tool call or a text; undefined when there is none. */
export function readGoogleState(holder: JsonObject): ProviderState | undefined {
  const google = asObject(asObject(holder['extra_content'])?.['google']);
  const signature = asNonEmptyString(google?.['thought_signature']);
  return signature === undefined ? undefined : readState(signature, 'gemini');
}

/** What goes beside a tool call so that its state comes back with it, in the place where Google's chat endpoint has it. */
export function writeGoogleState(state: ProviderState): JsonObject {
  return { extra_content: { google: { thought_signature: writeState(state, 'gemini') } } };
}

/** Ties a state to the last text of an answer, which is where Google has it. */
export function withTextState<Part extends AssistantPart>(
  parts: readonly Part[],
  state: ProviderState | undefined,
): readonly Part[] {
  const at = parts.findLastIndex(({ kind }) => kind === 'text');
  if (state === undefined || at === -1) return parts;
  return parts.map((part, index) => (index === at ? { ...part, state } : part));
}
