import { readState } from '../../hub/state-envelope.js';
import { asNonEmptyString, asObject, asString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { MediaPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { mediaCarrier, readAnswerMedia } from './read-media.js';

/** A part of an answer, told apart. */
export type AnswerPart = { readonly state: ProviderState | undefined } & (
  | { readonly kind: 'text' | 'reasoning'; readonly text: string }
  | { readonly kind: 'call'; readonly call: JsonObject }
  | { readonly kind: 'media'; readonly media: MediaPart }
  /** Code that Google ran, and whatever it may invent. */
  | { readonly kind: 'unknown'; readonly type: string; readonly value: JsonObject }
);

/** Reads a part of an answer; undefined for what is no part at all. */
export function readAnswerPart(value: Json): AnswerPart | undefined {
  const part = asObject(value);
  if (part === undefined) return undefined;
  const signature = asNonEmptyString(part['thoughtSignature']);
  const state = signature === undefined ? undefined : readState(signature, 'gemini');
  const call = asObject(part['functionCall']);
  if (call !== undefined) return { kind: 'call', call, state };
  const carrier = mediaCarrier(part);
  const media = carrier === undefined ? undefined : readAnswerMedia(carrier);
  if (media !== undefined) return { kind: 'media', media, state };
  const text = asString(part['text']);
  const type = Object.keys(part).find((name) => name !== 'thought' && name !== 'thoughtSignature');
  if (text === undefined && type !== undefined) return { kind: 'unknown', type, value: part, state };
  return { kind: part['thought'] === true ? 'reasoning' : 'text', text: text ?? '', state };
}
