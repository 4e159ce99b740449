import { readState, writeState } from '../../hub/state-envelope.js';
import { asList, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { ReasoningPart } from '../../spec/part.js';
import type { ProviderState, StateFamily } from '../../spec/provider-state.js';

/**
 * One entry of `reasoning_details`: reasoning in words, or a state. It is OpenRouter's extension of chat, and the only
 * place that chat messages have for states, so all families' states travel in it.
 */
export interface ReasoningDetail {
  readonly text: string;
  readonly state: ProviderState | undefined;
  /** Where the vendor says which entries belong together: by id, or by index. */
  readonly id: string | undefined;
  readonly index: Json | undefined;
}

/** The vendor's words for whose reasoning an entry holds. */
const FAMILY_OF_FORMAT: ReadonlyMap<string, StateFamily> = new Map([
  ['openai-responses-v1', 'openai'],
  ['azure-openai-responses-v1', 'openai'],
  ['anthropic-claude-v1', 'anthropic'],
  ['google-gemini-v1', 'gemini'],
  ['xai-responses-v1', 'x-xai'],
]);
const FORMAT_OF_FAMILY: ReadonlyMap<StateFamily, string> = new Map([
  ['openai', 'openai-responses-v1'],
  ['anthropic', 'anthropic-claude-v1'],
  ['gemini', 'google-gemini-v1'],
  ['x-xai', 'xai-responses-v1'],
]);
const UNKNOWN_FORMAT = 'unknown';

/** Reads one entry; undefined for one that holds neither words nor a state. */
export function readReasoningDetail(value: Json): ReasoningDetail | undefined {
  const fields = asObject(value);
  const text = asString(fields?.['text']) ?? asString(fields?.['summary']) ?? '';
  const state = readDetailState(fields);
  if (fields === undefined || (text === '' && state === undefined)) return undefined;
  return { text, state, id: asNonEmptyString(fields['id']), index: fields['index'] };
}

/** True when `next` goes on with what `previous` began, rather than being reasoning of its own. */
export function continuesReasoning(
  previous: Pick<ReasoningDetail, 'state' | 'id' | 'index'>,
  next: ReasoningDetail,
): boolean {
  if (previous.state !== undefined) return false;
  return (previous.id !== undefined && previous.id === next.id) || previous.index === next.index;
}

/** Reads a message's reasoning, whichever of the ways of writing it a client or vendor uses. */
export function readReasoning(message: JsonObject): readonly ReasoningPart[] {
  const parts = readReasoningDetails(message['reasoning_details']);
  if (parts.length > 0) return parts;
  const text = asNonEmptyString(message['reasoning_content']) ?? asNonEmptyString(message['reasoning']);
  return text === undefined ? [] : [{ kind: 'reasoning', text }];
}

/**
 * Reads a part of a message's content that holds thinking, as Mistral and Anthropic have it; undefined for any other
 * part.
 */
export function readThinkingPart(value: Json): readonly ReasoningPart[] | undefined {
  const fields = asObject(value);
  const type = fields?.['type'];
  if (fields === undefined || (type !== 'thinking' && type !== 'redacted_thinking')) return undefined;
  const { thinking, signature, data } = fields;
  const chunks = asList(thinking)?.map((chunk) => asString(asObject(chunk)?.['text']) ?? '');
  const text = chunks?.join('') ?? asString(thinking) ?? '';
  return readReasoningDetails([{ text, signature, data, format: 'anthropic-claude-v1' }]);
}

/**
 * Writes a reasoning part that has a state as an entry, for a client to send back; `index` tells it from others of the
 * same message.
 */
export function writeReasoningDetail(text: string, state: ProviderState, index: number): JsonObject {
  return writeDetail({ text, state, index, opaque: writeState(state, 'openai') });
}

/** Writes an entry for a provider that understands the state: as it is, without an envelope. */
export function writeNativeReasoningDetail(text: string, state: ProviderState, index: number): JsonObject {
  return writeDetail({ text, state, index, opaque: state.data });
}

function writeDetail(entry: {
  readonly text: string;
  readonly state: ProviderState;
  readonly index: number;
  readonly opaque: string;
}): JsonObject {
  const { text, state, index, opaque } = entry;
  // Thinking that Claude signs but does not show is not redacted thinking: the one has a signature, the other data.
  const isEncrypted = text === '' && (state.family !== 'anthropic' || state.redacted === true);
  return compact({
    ...(isEncrypted
      ? { type: 'reasoning.encrypted', data: opaque }
      : { type: 'reasoning.text', text, signature: opaque }),
    id: state.id,
    format: FORMAT_OF_FAMILY.get(state.family) ?? UNKNOWN_FORMAT,
    index,
  });
}

function readReasoningDetails(value: Json | undefined): ReasoningPart[] {
  const merged: ReasoningDetail[] = [];
  for (const entry of asList(value) ?? []) {
    const detail = readReasoningDetail(entry);
    if (detail === undefined) continue;
    const last = merged.at(-1);
    if (last === undefined || !continuesReasoning(last, detail)) merged.push(detail);
    else merged[merged.length - 1] = { ...last, text: last.text + detail.text, state: detail.state };
  }
  return merged.map(({ text, state }) => compact({ kind: 'reasoning' as const, text, state }));
}

function readDetailState(fields: JsonObject | undefined): ProviderState | undefined {
  const data = asNonEmptyString(fields?.['data']);
  const opaque = data ?? asNonEmptyString(fields?.['signature']);
  if (opaque === undefined) return undefined;
  const family = FAMILY_OF_FORMAT.get(asString(fields?.['format']) ?? '') ?? 'openai';
  const state = readState(opaque, family);
  const isEnveloped = state.data !== opaque;
  if (isEnveloped) return state;
  const id = asNonEmptyString(fields?.['id']);
  // Anthropic's thinking is hidden in `data` only when it was redacted.
  const redacted = family === 'anthropic' && data !== undefined ? true : undefined;
  return compact({ ...state, id: family === 'openai' ? id : undefined, redacted });
}
