import { asCount, asNonEmptyString } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { EventSink } from './event-sink.js';
import { StreamedImage } from './streamed-image.js';
import type { StreamedItem } from './streamed-item.js';
import { StreamedMessage } from './streamed-message.js';
import { StreamedReasoning } from './streamed-reasoning.js';
import { StreamedToolCall } from './streamed-tool-call.js';

/** Which class streams which type of item. */
const CLASS_BY_TYPE = {
  message: StreamedMessage,
  reasoning: StreamedReasoning,
  function_call: StreamedToolCall,
  custom_tool_call: StreamedToolCall,
  image_generation_call: StreamedImage,
} as const;

/** A type of item that is read; the others tell what OpenAI's own tools did. */
export type ItemType = keyof typeof CLASS_BY_TYPE;

/** Where an item stands in the answer, as far as the vendor says. */
interface ItemPlace {
  readonly index: number | undefined;
  readonly id: string | undefined;
}

/**
 * The items of a streamed answer, and which of them an event speaks of.
 *
 * Only items of the same type are ever taken for each other. An id is believed before an index, because some servers
 * count every item as the first; an index is believed although the ids differ as long as its item is unfinished, because
 * some proxies give every event an id of its own.
 */
export class StreamedItems {
  private readonly all: StreamedItem[] = [];
  private readonly byKey = new Map<string, StreamedItem>();
  private readonly lastByType = new Map<ItemType, StreamedItem>();

  constructor(private readonly sink: EventSink) {}

  /** The message that an event speaks of, begun now if it was never announced. */
  message(event: JsonObject): StreamedMessage {
    return this.find('message', StreamedMessage, event);
  }

  /** The reasoning that an event speaks of, begun now if it was never announced. */
  reasoning(event: JsonObject): StreamedReasoning {
    return this.find('reasoning', StreamedReasoning, event);
  }

  /** The call that an event speaks of, begun now if it was never announced. */
  toolCall(type: 'function_call' | 'custom_tool_call', event: JsonObject): StreamedToolCall {
    return this.find(type, StreamedToolCall, event);
  }

  /** Takes the announcement of an item. One that repeats itself changes nothing. */
  announce(type: ItemType, item: JsonObject, index: Json | undefined): void {
    const place = placeOf(index, item['id']);
    const known = this.lookUp(type, place);
    const isNew = known === undefined || known.isDone || (place.id !== undefined && !this.hasId(type, place.id));
    const streamed = isNew ? this.begin(type, new CLASS_BY_TYPE[type](this.sink), place) : known;
    if (streamed instanceof StreamedToolCall) streamed.start(item);
  }

  /** Takes a finished item. One that repeats itself changes nothing. */
  finish(type: ItemType, item: JsonObject, index: Json | undefined): void {
    const place = placeOf(index, item['id']);
    const streamed = this.lookUp(type, place) ?? this.begin(type, new CLASS_BY_TYPE[type](this.sink), place);
    if (!streamed.isDone) streamed.finish(item);
  }

  /**
   * Takes the items of the final answer, in case one was not streamed. One that cannot be told to be one that was is
   * taken only if none of its type was: a text that is missing does less harm than a text that comes twice.
   */
  catchUp(output: readonly JsonObject[]): void {
    const streamedTypes = new Set(this.lastByType.keys());
    for (const [index, item] of output.entries()) {
      const { type } = item;
      if (!isItemType(type)) continue;
      const isKnown = this.lookUp(type, placeOf(index, item['id'])) !== undefined;
      if (isKnown || !streamedTypes.has(type)) this.finish(type, item, index);
    }
  }

  /** Ends everything that is open, because the answer is finished. */
  close(): void {
    for (const item of this.all) item.close();
  }

  private find<Item extends StreamedItem>(
    type: ItemType,
    Class: new (sink: EventSink) => Item,
    event: JsonObject,
  ): Item {
    const place = placeOf(event['output_index'], event['item_id']);
    const known = this.lookUp(type, place);
    return known instanceof Class ? known : this.begin(type, new Class(this.sink), place);
  }

  private begin<Item extends StreamedItem>(type: ItemType, item: Item, place: ItemPlace): Item {
    this.all.at(-1)?.yield();
    this.all.push(item);
    this.lastByType.set(type, item);
    if (place.id !== undefined) this.byKey.set(idKey(type, place.id), item);
    if (place.index !== undefined) this.byKey.set(indexKey(type, place.index), item);
    return item;
  }

  private lookUp(type: ItemType, { index, id }: ItemPlace): StreamedItem | undefined {
    const byId = id === undefined ? undefined : this.byKey.get(idKey(type, id));
    if (byId !== undefined) return byId;
    if (index === undefined) {
      const last = id === undefined ? this.lastByType.get(type) : undefined;
      return last?.isDone === true ? undefined : last;
    }
    const atIndex = this.byKey.get(indexKey(type, index));
    // Under another id, a place whose item is finished has been given to the next one.
    return atIndex?.isDone === true && id !== undefined ? undefined : atIndex;
  }

  private hasId(type: ItemType, id: string): boolean {
    return this.byKey.has(idKey(type, id));
  }
}

/** True for the types of items that are read. */
export function isItemType(type: unknown): type is ItemType {
  return typeof type === 'string' && Object.hasOwn(CLASS_BY_TYPE, type);
}

function placeOf(index: Json | undefined, id: Json | undefined): ItemPlace {
  return { index: asCount(index), id: asNonEmptyString(id) };
}

function idKey(type: ItemType, id: string): string {
  return `${type} id ${id}`;
}

function indexKey(type: ItemType, index: number): string {
  return `${type} index ${index}`;
}
