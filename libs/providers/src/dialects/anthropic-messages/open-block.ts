import { asNonEmptyString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { readCitation } from './citations.js';
import { readSignature } from './reasoning-block.js';

/** A block that is open: of a kind that the hub knows, or one whose deltas go nowhere. */
export type OpenBlock =
  | { readonly kind: 'text'; readonly part: number }
  | { readonly kind: 'reasoning'; readonly part: number; state: ProviderState | undefined }
  | { readonly kind: 'tool-call'; readonly part: number; argumentsText: string; readonly inputOfStart: string }
  | { readonly kind: 'unknown' };

/** Reads the delta of a block, and keeps in the block what only its end tells. One that does not fit is ignored. */
export function readDelta(block: OpenBlock, delta: JsonObject): readonly ModelEvent[] {
  switch (block.kind) {
    case 'text':
      return readTextDelta(block.part, delta);
    case 'reasoning':
      if (delta['type'] === 'signature_delta') block.state = readSignature(delta['signature']) ?? block.state;
      if (delta['type'] !== 'thinking_delta') return [];
      return withText(delta['thinking'], (text) => ({ kind: 'reasoning-delta', part: block.part, text }));
    case 'tool-call':
      if (delta['type'] !== 'input_json_delta') return [];
      return withText(delta['partial_json'], (argumentsText) => {
        block.argumentsText += argumentsText;
        return { kind: 'tool-call-delta', part: block.part, argumentsText };
      });
    case 'unknown':
      return [];
    default:
      return block satisfies never;
  }
}

function readTextDelta(part: number, delta: JsonObject): readonly ModelEvent[] {
  if (delta['type'] === 'text_delta') return withText(delta['text'], (text) => ({ kind: 'text-delta', part, text }));
  if (delta['type'] !== 'citations_delta') return [];
  const citation = readCitation(delta['citation']);
  return citation === undefined ? [] : [{ kind: 'text-citation', part, citation }];
}

function withText(value: unknown, event: (text: string) => ModelEvent): readonly ModelEvent[] {
  const text = asNonEmptyString(value);
  return text === undefined ? [] : [event(text)];
}
