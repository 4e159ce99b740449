import type { JsonObject } from '../../spec/json.js';
import type { ClientCall } from './client-call.js';
import { toolCallItem, type ItemStatus } from './output-items.js';
import { WrittenItem, type ItemSlot } from './written-item.js';

/** A call while it is written to a stream. What has to be turned into free text first is sent at its end, in one piece. */
export class WrittenToolCall extends WrittenItem {
  private text = '';
  private isOpen = true;

  constructor(
    slot: ItemSlot,
    private readonly call: ClientCall,
  ) {
    super(slot);
    this.announce(toolCallItem(this.id, call, '', 'in_progress'));
  }

  add(text: string): void {
    if (text === '') return;
    this.text += text;
    if (this.call.isStreamable) this.emitDelta(text);
  }

  end(): void {
    this.closeParts();
  }

  protected override closeParts(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const whole = this.call.toClientText(this.text);
    if (whole !== '' && (this.text === '' || !this.call.isStreamable)) this.emitDelta(whole);
    this.text = whole;
    if (this.call.isCustom) this.emit('response.custom_tool_call_input.done', { input: whole });
    else this.emit('response.function_call_arguments.done', { arguments: whole });
  }

  protected override finished(status: ItemStatus): JsonObject {
    return toolCallItem(this.id, this.call, this.text, status);
  }

  private emitDelta(delta: string): void {
    const type = this.call.isCustom
      ? 'response.custom_tool_call_input.delta'
      : 'response.function_call_arguments.delta';
    this.emit(type, { delta });
  }
}
