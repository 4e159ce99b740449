import type { JsonObject } from '../../spec/json.js';
import type { EventSink } from './event-sink.js';
import { readToolCallItem } from './read-output-item.js';
import { missingText, StreamedItem } from './streamed-item.js';

/** A call while it is streamed. Arguments that come before the tool's name is known wait for it. */
export class StreamedToolCall extends StreamedItem {
  private streamed = '';
  private waiting = '';
  private part: number | undefined;
  private isEnded = false;

  constructor(private readonly sink: EventSink) {
    super();
  }

  /** Begins the call, if the item says which tool it is of. */
  start(item: JsonObject): void {
    const call = readToolCallItem(item);
    if (call === undefined || this.part !== undefined) return;
    const { callId, name, freeText } = call;
    this.part = this.sink.newPart();
    this.sink.push({
      kind: 'tool-call-start',
      part: this.part,
      callId,
      name,
      ...(freeText === undefined ? {} : { freeText }),
    });
    this.add(this.waiting);
    this.waiting = '';
  }

  add(text: string): void {
    if (text === '' || this.isEnded) return;
    if (this.part === undefined) {
      this.waiting += text;
      return;
    }
    this.streamed += text;
    this.sink.push({ kind: 'tool-call-delta', part: this.part, argumentsText: text });
  }

  /** Takes the whole arguments as the vendor repeats them. */
  settle(text: string): void {
    this.add(missingText(text, this.part === undefined ? this.waiting : this.streamed));
  }

  /** A call is for a machine: it stays open while other items are streamed. */
  override yield(): void {}

  override finish(item: JsonObject): void {
    this.start(item);
    this.settle(readToolCallItem(item)?.argumentsText ?? '');
    this.close();
    this.isDone = true;
  }

  override close(): void {
    if (this.part === undefined || this.isEnded) return;
    this.isEnded = true;
    this.sink.push({ kind: 'tool-call-end', part: this.part });
  }
}
