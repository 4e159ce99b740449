import { createHash } from 'node:crypto';
import type { ModelTraits } from './model-traits.js';

/** What Converse takes as `toolUseId`. */
const CONVERSE_ID = /^[a-zA-Z0-9_-]{1,64}$/;
/** What Mistral's models take. */
const MISTRAL_ID = /^[a-zA-Z0-9]{9}$/;

/**
 * An id that the model takes for a tool call: the client's own where it fits, else one derived from it. The same id
 * always becomes the same, so calls and results keep matching, within a request and from turn to turn.
 */
export function writeToolCallId(callId: string, { vendor }: ModelTraits): string {
  if (vendor === 'mistral') return MISTRAL_ID.test(callId) ? callId : hashOf(callId).slice(0, 9);
  return CONVERSE_ID.test(callId) ? callId : `call_${hashOf(callId).slice(0, 32)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
