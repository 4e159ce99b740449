import type { JsonObject } from '../../spec/json.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { reasoningItem, summaryText, type ItemStatus } from './output-items.js';
import { WrittenItem, type ItemSlot } from './written-item.js';

/** Reasoning while it is written to a stream: one paragraph of a summary, which every client shows. */
export class WrittenReasoning extends WrittenItem {
  private text = '';
  private isOpen = false;
  private state: ProviderState | undefined;

  constructor(slot: ItemSlot) {
    super(slot);
    this.announce(reasoningItem(this.id, { text: '', state: undefined }, 'in_progress'));
  }

  add(text: string): void {
    if (text === '') return;
    if (!this.isOpen) this.emit('response.reasoning_summary_part.added', { summary_index: 0, part: summaryText('') });
    this.isOpen = true;
    this.text += text;
    this.emit('response.reasoning_summary_text.delta', { summary_index: 0, delta: text });
  }

  end(state: ProviderState | undefined): void {
    this.closeParts();
    this.state = state;
  }

  protected override closeParts(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { text } = this;
    this.emit('response.reasoning_summary_text.done', { summary_index: 0, text });
    this.emit('response.reasoning_summary_part.done', { summary_index: 0, part: summaryText(text) });
  }

  protected override finished(status: ItemStatus): JsonObject {
    return reasoningItem(this.id, { text: this.text, state: this.state }, status);
  }
}
