import { asList, asNonEmptyString, asString, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { AssistantPart, Citation, ToolCallPart } from '../../spec/part.js';
import { readAnnotation } from './annotations.js';
import { readImageCall } from './image-call.js';
import { asObjectList } from './object-list.js';
import { readReasoningItem } from './reasoning-item.js';

/**
 * Reads an item of an answer as the parts that it holds. What OpenAI's own tools did is passed over: the text that
 * follows tells it, and no other dialect has a place for it.
 */
export function readOutputItem(item: JsonObject): readonly AssistantPart[] {
  switch (item['type']) {
    case 'message':
      return asObjectList(item['content']).flatMap(readContentBlock);
    case 'reasoning':
      return present(readReasoningItem(item));
    case 'function_call':
    case 'custom_tool_call':
      return present(readToolCallItem(item));
    case 'image_generation_call':
      return present(readImageCall(item));
    default:
      return [];
  }
}

/** The citations of a finished text. */
export function readAnnotations(block: JsonObject): readonly Citation[] {
  return (asList(block['annotations']) ?? []).flatMap((annotation) => present(readAnnotation(annotation)));
}

/** Reads a call; undefined when it does not say of which tool. */
export function readToolCallItem(item: JsonObject): ToolCallPart | undefined {
  const name = asNonEmptyString(item['name']);
  if (name === undefined) return undefined;
  const isCustom = item['type'] === 'custom_tool_call';
  return compact({
    kind: 'tool-call' as const,
    callId: asNonEmptyString(item['call_id']) ?? asNonEmptyString(item['id']) ?? `call_${name}`,
    name,
    argumentsText: asString(item[isCustom ? 'input' : 'arguments']) ?? '',
    freeText: isCustom ? true : undefined,
  });
}

function readContentBlock(block: JsonObject): readonly AssistantPart[] {
  const refusal = asNonEmptyString(block['refusal']);
  if (refusal !== undefined) return [{ kind: 'refusal', text: refusal }];
  const text = asNonEmptyString(block['text']);
  if (text === undefined) return [];
  const citations = readAnnotations(block);
  return [{ kind: 'text', text, ...(citations.length === 0 ? {} : { citations }) }];
}

function present<Value>(value: Value | undefined): readonly Value[] {
  return value === undefined ? [] : [value];
}
