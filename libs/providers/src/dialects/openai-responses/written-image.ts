import type { JsonObject } from '../../spec/json.js';
import type { MediaPart } from '../../spec/part.js';
import { imageItem, type ItemStatus } from './output-items.js';
import { WrittenItem, type ItemSlot } from './written-item.js';

/** An image, which comes in one piece. */
export class WrittenImage extends WrittenItem {
  constructor(
    slot: ItemSlot,
    private readonly media: MediaPart,
  ) {
    super(slot);
    this.announce(imageItem(this.id, null, 'in_progress'));
  }

  protected override closeParts(): void {
    this.emit('response.image_generation_call.completed', {});
  }

  protected override finished(status: ItemStatus): JsonObject {
    return imageItem(this.id, this.media, status);
  }
}
