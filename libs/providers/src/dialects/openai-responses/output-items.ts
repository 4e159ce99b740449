import { writeState } from '../../hub/state-envelope.js';
import { compact, parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { MediaPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { imageFormatOf } from './image-call.js';
import type { ClientCall } from './client-call.js';

/** How far an item is. */
export type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** A message of the model. */
export function messageItem(id: string, content: readonly JsonObject[], status: ItemStatus): JsonObject {
  return { id, type: 'message', status, role: 'assistant', content };
}

/** A text of a message. */
export function outputText(
  text: string,
  annotations: readonly JsonObject[],
  logprobs: readonly JsonObject[],
): JsonObject {
  return { type: 'output_text', text, annotations, logprobs };
}

/** A refusal of a message. */
export function refusalContent(refusal: string): JsonObject {
  return { type: 'refusal', refusal };
}

/** A paragraph of a summary. */
export function summaryText(text: string): JsonObject {
  return { type: 'summary_text', text };
}

/** Reasoning: what is shown of it, and the state in which it goes on. */
export function reasoningItem(
  id: string,
  { text, state }: { readonly text: string; readonly state: ProviderState | undefined },
  status: ItemStatus,
): JsonObject {
  return {
    id,
    type: 'reasoning',
    status,
    summary: text === '' ? [] : [summaryText(text)],
    encrypted_content: state === undefined ? null : writeState(state, 'openai'),
  };
}

/** A call of a function, of a custom tool, or of the client's search for tools, whose arguments are no text. */
export function toolCallItem(id: string, call: ClientCall, text: string, status: ItemStatus): JsonObject {
  const { callId, name, namespace, type } = call;
  const head = { id, type, status, call_id: callId };
  switch (type) {
    case 'function_call':
      return compact({ ...head, name, namespace, arguments: text });
    case 'custom_tool_call':
      return compact({ ...head, name, namespace, input: text });
    case 'tool_search_call':
      return { ...head, execution: 'client', arguments: parseObject(text) ?? {} };
  }
}

/** An image that the model made; null while it makes it. */
export function imageItem(id: string, media: MediaPart | null, status: ItemStatus): JsonObject {
  const source = media?.source.kind === 'data' ? media.source : undefined;
  return compact({
    id,
    type: 'image_generation_call',
    status,
    result: source?.base64 ?? null,
    output_format: source === undefined ? undefined : imageFormatOf(source.mediaType),
  });
}
