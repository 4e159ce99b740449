import type { JsonObject } from '../../spec/json.js';
import type { FrameWriter } from './frame-writer.js';
import type { ItemStatus } from './output-items.js';

/** Where an item is written: its frames, its id and its index in the output. */
export interface ItemSlot {
  readonly frames: FrameWriter;
  readonly id: string;
  readonly index: number;
}

/**
 * An item of an answer while it is written to a stream.
 *
 * It is finished only when the next one begins or the answer ends: no sooner is known whether it is whole.
 */
export abstract class WrittenItem {
  constructor(private readonly slot: ItemSlot) {}

  /** Finishes the item and returns it as it stands in the final answer. */
  close(status: Exclude<ItemStatus, 'in_progress'>): JsonObject {
    this.closeParts();
    const item = this.finished(status);
    this.slot.frames.write('response.output_item.done', { output_index: this.slot.index, item });
    return item;
  }

  /** Ends what is open inside of the item. */
  protected abstract closeParts(): void;

  protected abstract finished(status: ItemStatus): JsonObject;

  protected get id(): string {
    return this.slot.id;
  }

  /** Announces the item. */
  protected announce(item: JsonObject): void {
    this.slot.frames.write('response.output_item.added', { output_index: this.slot.index, item });
  }

  /** Writes an event of the item. */
  protected emit(type: string, fields: JsonObject): void {
    this.slot.frames.write(type, { item_id: this.slot.id, output_index: this.slot.index, ...fields });
  }
}
