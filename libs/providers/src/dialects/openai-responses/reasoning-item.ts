import { readState } from '../../hub/state-envelope.js';
import { asList, asNonEmptyString, asObject, asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { ReasoningPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { isOwnItemId } from './item-ids.js';

/** What stands between two paragraphs of a summary when they become one text. */
export const SUMMARY_SEPARATOR = '\n\n';

/** A piece of the reasoning in an item, and where it stands: summaries first, then the raw text of open models. */
export interface ReasoningPiece {
  readonly key: string;
  readonly text: string;
}

/** Reads a reasoning item; undefined when it shows nothing and holds no state. */
export function readReasoningItem(item: JsonObject): ReasoningPart | undefined {
  const text = readReasoningPieces(item)
    .map((piece) => piece.text)
    .filter((piece) => piece !== '')
    .join(SUMMARY_SEPARATOR);
  const state = readReasoningState(item);
  if (state === undefined) return text === '' ? undefined : { kind: 'reasoning', text };
  return { kind: 'reasoning', text, state };
}

/** The pieces of text of a reasoning item, in order. */
export function readReasoningPieces(item: JsonObject): readonly ReasoningPiece[] {
  return [...readPieces(item['summary'], summaryKey), ...readPieces(item['content'], contentKey)];
}

/** The key of a paragraph of the summary. */
export function summaryKey(index: number): string {
  return `summary ${index}`;
}

/** The key of a paragraph of the raw reasoning. */
export function contentKey(index: number): string {
  return `content ${index}`;
}

/**
 * The state of a reasoning item, with its id: OpenAI refuses an encrypted content under another id than the one it was
 * made for, but takes it without any. An id that the gateway made up is therefore left out.
 */
export function readReasoningState(item: JsonObject): ProviderState | undefined {
  const encrypted = asNonEmptyString(item['encrypted_content']);
  if (encrypted === undefined) return undefined;
  const state = readState(encrypted, 'openai');
  const id = asNonEmptyString(item['id']);
  const isNative = state.family === 'openai' && state.id === undefined;
  return isNative && id !== undefined && !isOwnItemId(id) ? { ...state, id } : state;
}

function readPieces(list: unknown, keyOf: (index: number) => string): readonly ReasoningPiece[] {
  return (asList(list) ?? []).map((piece, index) => ({
    key: keyOf(index),
    text: asString(asObject(piece)?.['text']) ?? '',
  }));
}
