import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Tool } from '../../spec/model-request.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { toClientCall } from './client-call.js';
import type { FrameWriter } from './frame-writer.js';
import { itemId, type ItemPrefix } from './item-ids.js';
import { WrittenImage } from './written-image.js';
import type { ItemSlot, WrittenItem } from './written-item.js';
import { WrittenMessage } from './written-message.js';
import { WrittenReasoning } from './written-reasoning.js';
import { WrittenToolCall } from './written-tool-call.js';

type EventOf<Kind extends string> = Extract<ModelEvent, { readonly kind: `${Kind}-${string}` }>;

/** The output of an answer while it is written to a stream: items one after the other. */
export class WrittenOutput {
  private readonly finished: JsonObject[] = [];
  /** The item that is being written. */
  private item: WrittenItem | undefined;

  constructor(
    private readonly frames: FrameWriter,
    private readonly responseId: string,
    private readonly tools: readonly Tool[],
  ) {}

  /** The items that are finished. */
  get items(): readonly JsonObject[] {
    return [...this.finished];
  }

  /** Writes an event of a part. Parts must come one after the other. */
  take(event: ModelEvent): void {
    switch (event.kind) {
      case 'text-start':
      case 'text-delta':
      case 'text-citation':
      case 'text-end':
        this.takeText(event);
        break;
      case 'refusal-start':
      case 'refusal-delta':
      case 'refusal-end':
        this.takeRefusal(event);
        break;
      case 'reasoning-start':
      case 'reasoning-delta':
      case 'reasoning-end':
        this.takeReasoning(event);
        break;
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        this.takeToolCall(event);
        break;
      case 'media':
        this.takeMedia(event);
        break;
    }
  }

  /** Finishes the item that is being written. */
  close(status: 'completed' | 'incomplete'): void {
    const { item } = this;
    if (item === undefined) return;
    this.item = undefined;
    this.finished.push(item.close(status));
  }

  private takeText(event: EventOf<'text'>): void {
    const message = this.message();
    if (event.kind === 'text-start') message.startContent('text');
    else if (event.kind === 'text-delta') message.add(event.text, event.logprobs ?? []);
    else if (event.kind === 'text-citation') message.cite(event.citation);
    else {
      message.endContent();
      this.writeState(event.state);
    }
  }

  private takeRefusal(event: EventOf<'refusal'>): void {
    const message = this.message();
    if (event.kind === 'refusal-start') message.startContent('refusal');
    else if (event.kind === 'refusal-delta') message.add(event.text, []);
    else message.endContent();
  }

  private takeReasoning(event: EventOf<'reasoning'>): void {
    if (event.kind === 'reasoning-start') this.open('rs', (slot) => new WrittenReasoning(slot));
    if (!(this.item instanceof WrittenReasoning)) return;
    if (event.kind === 'reasoning-delta') this.item.add(event.text);
    if (event.kind === 'reasoning-end') this.item.end(event.state);
  }

  private takeToolCall(event: EventOf<'tool-call'>): void {
    if (event.kind === 'tool-call-start') {
      this.writeState(event.state);
      const call = toClientCall(event, this.tools);
      this.open(call.idPrefix, (slot) => new WrittenToolCall(slot, call));
    }
    if (!(this.item instanceof WrittenToolCall)) return;
    if (event.kind === 'tool-call-delta') this.item.add(event.argumentsText);
    if (event.kind === 'tool-call-end') this.item.end();
  }

  /** There is an item for images only, and it holds their bytes. */
  private takeMedia({ media }: Extract<ModelEvent, { readonly kind: 'media' }>): void {
    if (media.medium !== 'image' || media.source.kind !== 'data') return;
    this.open('ig', (slot) => new WrittenImage(slot, media));
  }

  /** The message that is being written; texts and refusals that follow each other share it. */
  private message(): WrittenMessage {
    if (this.item instanceof WrittenMessage) return this.item;
    return this.open('msg', (slot) => new WrittenMessage(slot));
  }

  /**
   * Writes a state that another vendor ties to a text or a call as reasoning of which nothing shows: before a call, but
   * after a text, since the state of a text comes when the text is already out.
   */
  private writeState(state: ProviderState | undefined): void {
    if (state !== undefined) this.open('rs', (slot) => new WrittenReasoning(slot)).end(state);
  }

  private open<Item extends WrittenItem>(prefix: ItemPrefix, create: (slot: ItemSlot) => Item): Item {
    this.close('completed');
    const index = this.finished.length;
    const item = create({ frames: this.frames, id: itemId(prefix, this.responseId, index), index });
    this.item = item;
    return item;
  }
}
