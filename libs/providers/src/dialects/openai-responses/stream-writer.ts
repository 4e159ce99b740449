import { PartSequencer } from '../../hub/part-sequencer.js';
import type { AnswerContext, StreamWriter } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish } from '../../spec/model-answer.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { ProviderState } from '../../spec/provider-state.js';
import type { Usage } from '../../spec/usage.js';
import { toClientCall } from './client-call.js';
import { writeAnswerStatus } from './finish-reasons.js';
import { FrameWriter } from './frame-writer.js';
import { itemId, toResponseId, type ItemPrefix } from './item-ids.js';
import { writeErrorFields } from './write-error.js';
import { writeResponse, type ResponseState } from './write-response.js';
import { writeResponsesUsage } from './write-usage.js';
import { WrittenImage } from './written-image.js';
import type { ItemSlot, WrittenItem } from './written-item.js';
import { WrittenMessage } from './written-message.js';
import { WrittenReasoning } from './written-reasoning.js';
import { WrittenToolCall } from './written-tool-call.js';

/**
 * Writes a Responses stream: items one after the other, each announced, streamed and finished. The final event repeats
 * the whole answer, as OpenAI's does. Source: OpenAI API reference, "Streaming events".
 */
export class ResponsesStreamWriter implements StreamWriter {
  private readonly frames = new FrameWriter();
  private readonly sequencer = new PartSequencer();
  private readonly output: JsonObject[] = [];
  /** The item that is being written. */
  private item: WrittenItem | undefined;
  /** Set once the answer was announced. */
  private responseId: string | undefined;
  private usage: Usage | undefined;
  private finish: Finish | undefined;
  private serviceTier: string | undefined;
  private isOver = false;

  constructor(private readonly context: AnswerContext) {}

  write(event: ModelEvent): string {
    if (this.isOver) return '';
    if (event.kind === 'error') return this.fail(event.error);
    if (event.kind === 'usage') {
      this.usage = event.usage;
      return '';
    }
    if (this.finish !== undefined) return '';
    this.start(event.kind === 'answer-start' ? event.id : undefined);
    if (event.kind === 'finish') {
      this.finish = event.finish;
      this.serviceTier = event.serviceTier;
    }
    for (const step of this.sequencer.push(event)) this.take(step);
    if (this.finish !== undefined) this.closeItem();
    return this.frames.take();
  }

  /** Nothing when there was no `finish`: a stream that was not finished must not end like one that was. */
  end(): string {
    if (this.isOver) return '';
    this.isOver = true;
    if (this.finish === undefined) return '';
    const { status, incompleteReason } = writeAnswerStatus(this.finish);
    this.frames.write(`response.${status}`, { response: this.response({ status, incompleteReason }) });
    return this.frames.take();
  }

  /**
   * Two frames, as OpenAI itself sends: the official SDKs raise `error`, the one for Node by its name and the one for
   * Python by its member `error`; Codex passes over that and raises `response.failed`.
   */
  fail(error: ModelError): string {
    if (this.isOver) return '';
    this.isOver = true;
    const fields = writeErrorFields(error);
    const { code, message, param } = fields;
    this.frames.write('error', { code, message, param, error: fields });
    const failure = { code: code ?? 'server_error', message };
    this.frames.write('response.failed', { response: this.response({ status: 'failed', error: failure }) });
    return this.frames.take();
  }

  private start(id: string | undefined): void {
    if (this.responseId !== undefined) return;
    this.responseId = toResponseId(id ?? this.context.fallbackId);
    const response = this.response({ status: 'in_progress' });
    this.frames.write('response.created', { response });
    this.frames.write('response.in_progress', { response });
  }

  private take(event: ModelEvent): void {
    switch (event.kind) {
      case 'text-start':
      case 'refusal-start':
        this.message().startContent(event.kind === 'text-start' ? 'text' : 'refusal');
        break;
      case 'text-delta':
        this.message().add(event.text, event.logprobs ?? []);
        break;
      case 'refusal-delta':
        this.message().add(event.text, []);
        break;
      case 'text-citation':
        this.message().cite(event.citation);
        break;
      case 'text-end':
        this.message().endContent();
        this.writeState(event.state);
        break;
      case 'refusal-end':
        this.message().endContent();
        break;
      case 'reasoning-start':
        this.open('rs', (slot) => new WrittenReasoning(slot));
        break;
      case 'reasoning-delta':
        if (this.item instanceof WrittenReasoning) this.item.add(event.text);
        break;
      case 'reasoning-end':
        if (this.item instanceof WrittenReasoning) this.item.end(event.state);
        break;
      case 'tool-call-start': {
        this.writeState(event.state);
        const call = toClientCall(event, this.context.request.tools);
        this.open(call.idPrefix, (slot) => new WrittenToolCall(slot, call));
        break;
      }
      case 'tool-call-delta':
        if (this.item instanceof WrittenToolCall) this.item.add(event.argumentsText);
        break;
      case 'tool-call-end':
        if (this.item instanceof WrittenToolCall) this.item.end();
        break;
      case 'media': {
        const { media } = event;
        // There is an item for images only, and it holds their bytes.
        if (media.medium !== 'image' || media.source.kind !== 'data') break;
        this.open('ig', (slot) => new WrittenImage(slot, media));
        break;
      }
    }
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
    this.closeItem();
    const index = this.output.length;
    const item = create({ frames: this.frames, id: itemId(prefix, this.responseId ?? '', index), index });
    this.item = item;
    return item;
  }

  private closeItem(): void {
    const { item } = this;
    if (item === undefined) return;
    this.item = undefined;
    const status = this.finish === undefined ? 'completed' : writeAnswerStatus(this.finish).status;
    this.output.push(item.close(status));
  }

  private response(state: Omit<ResponseState, 'output' | 'usage' | 'serviceTier'>): JsonObject {
    const { output, serviceTier } = this;
    const usage = state.status === 'in_progress' ? null : writeResponsesUsage(this.usage);
    const id = this.responseId ?? toResponseId(this.context.fallbackId);
    // The list goes on growing: what was written must not.
    return writeResponse(id, { ...state, output: [...output], usage, serviceTier }, this.context);
  }
}
