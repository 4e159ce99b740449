import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Citation } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { writeSseFrame } from '../../transport/sse-frame.js';
import { writeCitation } from './citations.js';
import { writeReasoningBlock, writeSignature } from './reasoning-block.js';
import { FREE_TEXT_MEMBER } from './tool-input.js';
import { describeMedia } from './write-answer.js';
import { toolUseId, toolUseName } from './write-message.js';

/** An event of a part. */
export type PartEvent = Extract<ModelEvent, { readonly part: number }>;

type Opened = 'text' | 'thinking' | 'tool_use' | 'redacted_thinking';

const FREE_TEXT_OPENING = `{"${FREE_TEXT_MEMBER}":"`;
const FREE_TEXT_CLOSING = '"}';

/**
 * Writes the content blocks of a stream, numbered densely from 0.
 *
 * Takes events of parts that do not interleave, as `PartSequencer` gives them. A block is opened when there is something
 * to put into it, because Anthropic refuses empty ones when a client sends them back.
 */
export class BlockWriter {
  private blocks = 0;
  private opened: Opened | undefined;
  /** The arguments of the open tool call are free text, to be put into an object. */
  private isFreeText = false;

  /** @param messageId What ids of tool calls are made from where the vendor gave none. */
  constructor(readonly messageId: string) {}

  /** The text to send for one event of a part. */
  write(event: PartEvent): string {
    switch (event.kind) {
      case 'text-delta':
      case 'refusal-delta':
        return this.text(event.text);
      case 'text-citation':
        return this.citation(event.citation);
      case 'text-end':
        return this.close() + this.carrier(event.state);
      case 'refusal-end':
        return this.close();
      case 'reasoning-delta':
        return this.thinking(event.text);
      case 'reasoning-end':
        return this.endThinking(event.state);
      case 'tool-call-start':
        return this.carrier(event.state) + this.startToolUse(event);
      case 'tool-call-delta':
        return this.inputJson(this.isFreeText ? escape(event.argumentsText) : event.argumentsText);
      case 'tool-call-end':
        return this.inputJson(this.isFreeText ? FREE_TEXT_CLOSING : '') + this.close();
      case 'media':
        return this.text(describeMedia(event.media)) + this.close();
      case 'text-start':
      case 'reasoning-start':
      case 'refusal-start':
        return '';
      default:
        return event satisfies never;
    }
  }

  /** Closes the block that is open, if one is. */
  close(): string {
    if (this.opened === undefined) return '';
    this.opened = undefined;
    return frame('content_block_stop', { index: this.blocks - 1 });
  }

  private open(opened: Opened, block: JsonObject): string {
    const closed = this.close();
    this.opened = opened;
    this.blocks += 1;
    return closed + frame('content_block_start', { index: this.blocks - 1, content_block: block });
  }

  private delta(delta: JsonObject): string {
    return frame('content_block_delta', { index: this.blocks - 1, delta });
  }

  private openText(): string {
    return this.opened === 'text' ? '' : this.open('text', { type: 'text', text: '' });
  }

  private openThinking(): string {
    if (this.opened === 'thinking') return '';
    return this.open('thinking', { type: 'thinking', thinking: '', signature: '' });
  }

  private text(text: string): string {
    return text === '' ? '' : this.openText() + this.delta({ type: 'text_delta', text });
  }

  private citation(citation: Citation): string {
    const written = writeCitation(citation);
    return written === undefined ? '' : this.openText() + this.delta({ type: 'citations_delta', citation: written });
  }

  private thinking(text: string): string {
    return text === '' ? '' : this.openThinking() + this.delta({ type: 'thinking_delta', thinking: text });
  }

  private endThinking(state: ProviderState | undefined): string {
    if (this.opened !== 'thinking') return this.carrier(state);
    if (state === undefined) return this.close();
    return this.delta({ type: 'signature_delta', signature: writeSignature(state) }) + this.close();
  }

  /** A block that holds nothing but a state. */
  private carrier(state: ProviderState | undefined): string {
    const block = writeReasoningBlock('', state);
    if (block === undefined) return '';
    if (block['type'] !== 'thinking') return this.open('redacted_thinking', block) + this.close();
    return this.openThinking() + this.endThinking(state);
  }

  private startToolUse(event: Extract<PartEvent, { readonly kind: 'tool-call-start' }>): string {
    this.isFreeText = event.freeText === true;
    const id = toolUseId(event.callId, this.messageId, this.blocks);
    const started = this.open('tool_use', { type: 'tool_use', id, name: toolUseName(event.name), input: {} });
    return started + this.inputJson(this.isFreeText ? FREE_TEXT_OPENING : '');
  }

  private inputJson(json: string): string {
    return json === '' ? '' : this.delta({ type: 'input_json_delta', partial_json: json });
  }
}

/** Free text as it stands inside of a JSON string. */
function escape(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function frame(type: string, members: JsonObject): string {
  return writeSseFrame({ type, ...members }, type);
}
