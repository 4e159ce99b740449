import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';
import type { WrittenFinish } from './finish-reasons.js';
import { writeUsage } from './write-usage.js';

/** What a message consists of besides what never changes. */
export interface MessageMembers {
  readonly id: string;
  readonly model: string;
  readonly content: readonly JsonObject[];
  /** Undefined while the message has not ended. */
  readonly finish: WrittenFinish | undefined;
  readonly usage: Usage | undefined;
}

/** Writes a message, whole or as it stands when a stream of it begins. */
export function writeMessage({ id, model, content, finish, usage }: MessageMembers): JsonObject {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    ...(finish ?? { stop_reason: null, stop_sequence: null }),
    stop_details: null,
    container: null,
    diagnostics: null,
    usage: writeUsage(usage),
  };
}

/** The vendor's id of an answer, or one made from the answer's own. */
export function messageId(vendorId: string | undefined, { fallbackId }: AnswerContext): string {
  if (vendorId !== undefined && vendorId !== '') return vendorId;
  return fallbackId.startsWith('msg_') ? fallbackId : `msg_${fallbackId}`;
}

/** The id of a tool call, or one made from the message's when the vendor gave none. */
export function toolUseId(callId: string, ofMessage: string, index: number): string {
  return callId === '' ? `toolu_lwgw_${ofMessage}_${index}` : callId;
}

/** The name of a called tool, which must not be empty. */
export function toolUseName(name: string): string {
  return name === '' ? 'tool' : name;
}
