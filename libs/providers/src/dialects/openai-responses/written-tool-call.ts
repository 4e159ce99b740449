import type { JsonObject } from '../../spec/json.js';
import type { ClientCall } from './client-call.js';
import { toolCallItem, type ItemStatus } from './output-items.js';
import { WrittenItem, type ItemSlot } from './written-item.js';

/** The beginnings of the names of the events in which a call's text is sent; a search for tools is sent in its item alone. */
const EVENTS = {
  function_call: { name: 'response.function_call_arguments', member: 'arguments' },
  custom_tool_call: { name: 'response.custom_tool_call_input', member: 'input' },
  tool_search_call: undefined,
};

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
    const events = EVENTS[this.call.type];
    if (events !== undefined) this.emit(`${events.name}.done`, { [events.member]: whole });
  }

  protected override finished(status: ItemStatus): JsonObject {
    return toolCallItem(this.id, this.call, this.text, status);
  }

  private emitDelta(delta: string): void {
    const events = EVENTS[this.call.type];
    if (events !== undefined) this.emit(`${events.name}.delta`, { delta });
  }
}
