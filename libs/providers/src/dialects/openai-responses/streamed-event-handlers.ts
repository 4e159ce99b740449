import { asCount, asObject, asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { readAnnotation } from './annotations.js';
import { asObjectList } from './object-list.js';
import { contentKey, summaryKey } from './reasoning-item.js';
import { isItemType, type StreamedItems } from './streamed-items.js';

/** Takes one event of a stream to the item that it speaks of. */
export type EventHandler = (items: StreamedItems, event: JsonObject) => void;

/** What every type of event that carries content does to the items. */
export const EVENT_HANDLERS: ReadonlyMap<string, EventHandler> = new Map<string, EventHandler>([
  ['response.output_item.added', announceItem],
  ['response.output_item.done', finishItem],
  ['response.content_part.done', finishContent],
  [
    'response.output_text.delta',
    (items, event) => {
      const content = items.message(event).content('text', contentIndexOf(event));
      content.add(textOf(event, 'delta'), asObjectList(event['logprobs']));
    },
  ],
  [
    'response.output_text.done',
    (items, event) => items.message(event).content('text', contentIndexOf(event)).settle(textOf(event, 'text')),
  ],
  ['response.output_text.annotation.added', cite],
  [
    'response.refusal.delta',
    (items, event) => items.message(event).content('refusal', contentIndexOf(event)).add(textOf(event, 'delta'), []),
  ],
  [
    'response.refusal.done',
    (items, event) => items.message(event).content('refusal', contentIndexOf(event)).settle(textOf(event, 'refusal')),
  ],
  [
    'response.reasoning_summary_text.delta',
    (items, event) => items.reasoning(event).add(summaryKeyOf(event), textOf(event, 'delta')),
  ],
  [
    'response.reasoning_summary_text.done',
    (items, event) => items.reasoning(event).settle(summaryKeyOf(event), textOf(event, 'text')),
  ],
  [
    'response.reasoning_text.delta',
    (items, event) => items.reasoning(event).add(contentKey(contentIndexOf(event)), textOf(event, 'delta')),
  ],
  [
    'response.reasoning_text.done',
    (items, event) => items.reasoning(event).settle(contentKey(contentIndexOf(event)), textOf(event, 'text')),
  ],
  [
    'response.function_call_arguments.delta',
    (items, event) => items.toolCall('function_call', event).add(textOf(event, 'delta')),
  ],
  [
    'response.function_call_arguments.done',
    (items, event) => items.toolCall('function_call', event).settle(textOf(event, 'arguments')),
  ],
  [
    'response.custom_tool_call_input.delta',
    (items, event) => items.toolCall('custom_tool_call', event).add(textOf(event, 'delta')),
  ],
  [
    'response.custom_tool_call_input.done',
    (items, event) => items.toolCall('custom_tool_call', event).settle(textOf(event, 'input')),
  ],
]);

function announceItem(items: StreamedItems, event: JsonObject): void {
  const item = asObject(event['item']);
  const type = item?.['type'];
  if (item !== undefined && isItemType(type)) items.announce(type, item, event['output_index']);
}

function finishItem(items: StreamedItems, event: JsonObject): void {
  const item = asObject(event['item']);
  const type = item?.['type'];
  if (item !== undefined && isItemType(type)) items.finish(type, item, event['output_index']);
}

/** The raw reasoning of open models comes as content too; its own events have told it already. */
function finishContent(items: StreamedItems, event: JsonObject): void {
  const part = asObject(event['part']);
  if (part === undefined || part['type'] === 'reasoning_text') return;
  items.message(event).finishContent(part, contentIndexOf(event));
}

function cite(items: StreamedItems, event: JsonObject): void {
  const citation = readAnnotation(event['annotation']);
  if (citation !== undefined) items.message(event).content('text', contentIndexOf(event)).cite(citation);
}

function contentIndexOf(event: JsonObject): number {
  return asCount(event['content_index']) ?? 0;
}

function summaryKeyOf(event: JsonObject): string {
  return summaryKey(asCount(event['summary_index']) ?? 0);
}

function textOf(event: JsonObject, name: string): string {
  return asString(event[name]) ?? '';
}
