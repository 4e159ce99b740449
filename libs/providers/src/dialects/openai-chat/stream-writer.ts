import { PartSequencer } from '../../hub/part-sequencer.js';
import type { AnswerContext, StreamWriter } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { Finish } from '../../spec/model-answer.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Citation, MediaPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { ChunkFrames } from './chunk-frames.js';
import { writeAnnotation } from './citations.js';
import { writeFinish } from './finish-reasons.js';
import { writeGoogleState } from './google-state.js';
import { writeReasoningDetail } from './reasoning-details.js';
import { CHAT_ID_PREFIX } from './write-answer.js';
import { writeImage } from './write-image.js';
import { audioObject } from './write-made-media.js';

const FORMAT = { object: 'chat.completion.chunk', idPrefix: CHAT_ID_PREFIX };

/**
 * Writes a chat stream: the role with the first delta, tool calls one after the other with indexes from 0, a chunk with
 * the finish reason, the usage chunk when it was asked for, and `[DONE]`.
 *
 * Calls are not interleaved, although the format allows it: several SDKs take a call for whole when the next begins.
 */
export class ChatStreamWriter implements StreamWriter {
  private readonly frames: ChunkFrames;
  private readonly sequencer = new PartSequencer();
  private roleIsSaid = false;
  private toolCalls = 0;
  private openCallIsCustom = false;
  private refuses = false;
  private states = 0;
  private images = 0;
  /** The reasoning of the open part, which goes once more with its state: the two belong together. */
  private reasoning = '';
  /** Where in the whole text the open part began, and where it ends so far. */
  private textStart = 0;
  private textEnd = 0;

  constructor(private readonly context: AnswerContext) {
    this.frames = new ChunkFrames(FORMAT, context);
  }

  write(event: ModelEvent): string {
    if (event.kind === 'usage') this.frames.keepUsage(event.usage);
    if (!this.frames.open) return '';
    if (event.kind === 'error') return this.fail(event.error);
    return this.sequencer
      .push(event)
      .map((ordered) => this.writeOrdered(ordered))
      .join('');
  }

  end(): string {
    return this.frames.end();
  }

  fail(error: ModelError): string {
    return this.frames.fail(error);
  }

  private writeOrdered(event: ModelEvent): string {
    switch (event.kind) {
      case 'answer-start':
        this.frames.begin(event.id);
        return '';
      case 'finish':
        return this.writeFinish(event.finish, event.serviceTier);
      case 'tool-call-start':
      case 'tool-call-delta':
        return this.writeToolCall(event);
      case 'media':
        return this.writeMedia(event.media);
      default:
        return this.writeProse(event);
    }
  }

  private writeProse(event: ModelEvent): string {
    switch (event.kind) {
      case 'text-start':
        this.textStart = this.textEnd;
        return '';
      case 'text-delta':
        this.textEnd += event.text.length;
        return event.text === '' ? '' : this.delta({ content: event.text }, event.logprobs);
      case 'text-citation':
        return this.writeCitation(event.citation);
      case 'text-end':
        return this.writeState('', event.state);
      case 'reasoning-start':
        this.reasoning = '';
        return '';
      case 'reasoning-delta':
        this.reasoning += event.text;
        return event.text === '' ? '' : this.delta({ reasoning_content: event.text });
      case 'reasoning-end':
        return this.writeState(this.reasoning, event.state);
      case 'refusal-delta':
        this.refuses = true;
        return event.text === '' ? '' : this.delta({ refusal: event.text });
      default:
        return '';
    }
  }

  private writeToolCall(event: Extract<ModelEvent, { kind: 'tool-call-start' | 'tool-call-delta' }>): string {
    if (event.kind === 'tool-call-delta') {
      const { argumentsText } = event;
      if (argumentsText === '') return '';
      const called = this.openCallIsCustom
        ? { custom: { input: argumentsText } }
        : { function: { arguments: argumentsText } };
      return this.delta({ tool_calls: [{ index: this.toolCalls - 1, ...called }] });
    }
    const { callId: id, name, freeText, state } = event;
    this.openCallIsCustom = freeText === true;
    const called = this.openCallIsCustom
      ? { type: 'custom', custom: { name, input: '' } }
      : { type: 'function', function: { name, arguments: '' } };
    const call = { index: this.toolCalls, id, ...called, ...(state === undefined ? {} : writeGoogleState(state)) };
    this.toolCalls += 1;
    return this.delta({ tool_calls: [call] });
  }

  private writeCitation(citation: Citation): string {
    const annotation = writeAnnotation(citation, { start: this.textStart, end: this.textEnd });
    return annotation === undefined ? '' : this.delta({ annotations: [annotation] });
  }

  private writeMedia({ medium, source }: MediaPart): string {
    if (medium === 'audio' && source.kind === 'data') {
      return this.delta({ audio: audioObject(source.base64, '', this.context) });
    }
    if (medium !== 'image' || source.kind === 'file') return '';
    this.images += 1;
    return this.delta({ images: [{ index: this.images - 1, ...writeImage(source) }] });
  }

  private writeState(text: string, state: ProviderState | undefined): string {
    if (state === undefined) return '';
    this.states += 1;
    return this.delta({ reasoning_details: [writeReasoningDetail(text, state, this.states - 1)] });
  }

  private writeFinish(finish: Finish, serviceTier: string | undefined): string {
    const word = writeFinish(finish, { callsTools: this.toolCalls > 0, refuses: this.refuses });
    const delta = this.roleIsSaid ? {} : { role: 'assistant', content: '' };
    return this.frames.finish({ index: 0, delta, logprobs: null, finish_reason: word }, serviceTier);
  }

  private delta(delta: JsonObject, logprobs?: readonly JsonObject[]): string {
    const choice = {
      index: 0,
      delta: this.roleIsSaid ? delta : this.firstDelta(delta),
      logprobs: logprobs === undefined ? null : { content: logprobs as readonly Json[], refusal: null },
      finish_reason: null,
    };
    this.roleIsSaid = true;
    return this.frames.choice(choice);
  }

  /** The first delta says the role, and that there is no content yet when it brings none, as OpenAI's does. */
  private firstDelta(delta: JsonObject): JsonObject {
    return { role: 'assistant', ...('content' in delta ? {} : { content: null }), ...delta };
  }
}
