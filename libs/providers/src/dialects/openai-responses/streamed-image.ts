import type { JsonObject } from '../../spec/json.js';
import type { EventSink } from './event-sink.js';
import { readImageCall } from './image-call.js';
import { StreamedItem } from './streamed-item.js';

/** An image while it is made: partial images are only for the eye, the finished one is the answer. */
export class StreamedImage extends StreamedItem {
  constructor(private readonly sink: EventSink) {
    super();
  }

  override yield(): void {}

  override finish(item: JsonObject): void {
    const media = readImageCall(item);
    if (media !== undefined && !this.isDone) this.sink.push({ kind: 'media', part: this.sink.newPart(), media });
    this.isDone = true;
  }

  override close(): void {}
}
