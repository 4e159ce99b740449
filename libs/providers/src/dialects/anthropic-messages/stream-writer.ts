import { PartSequencer } from '../../hub/part-sequencer.js';
import type { AnswerContext, StreamWriter } from '../../spec/codec.js';
import type { Finish } from '../../spec/model-answer.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Usage } from '../../spec/usage.js';
import { writeSseFrame } from '../../transport/sse-frame.js';
import { BlockWriter, type PartEvent } from './block-writer.js';
import { writeErrorEvent } from './errors.js';
import { writeFinish } from './finish-reasons.js';
import { messageId, writeMessage } from './write-message.js';
import { writeDeltaUsage } from './write-usage.js';

const CUT_SHORT: ModelError = { kind: 'server', status: 502, message: 'The stream ended before the answer did.' };

/**
 * Writes a Messages stream: one `message_start`, blocks one after the other, one `message_delta`, one `message_stop`; or
 * an `error` event and nothing behind it (contract 8.5).
 *
 * `message_start` waits for the first thing to show, so that it tells of the input what the provider says before.
 * `message_delta` waits for the end, because usage may come after the reason why the answer finished.
 */
export class MessagesStreamWriter implements StreamWriter {
  private readonly sequencer = new PartSequencer();
  private blocks: BlockWriter | undefined;
  private vendorId: string | undefined;
  private usage: Usage | undefined;
  private finish: Finish | undefined;
  private hasToolUse = false;
  private hasRefusal = false;
  private isStarted = false;
  private isOver = false;

  constructor(private readonly context: AnswerContext) {}

  /** The text to send for one event, possibly none. */
  write(event: ModelEvent): string {
    if (this.isOver) return '';
    switch (event.kind) {
      case 'answer-start':
        this.vendorId ??= event.id;
        return '';
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'error':
        return this.fail(event.error);
      case 'finish': {
        const text = this.writeParts(event);
        this.finish ??= event.finish;
        return text;
      }
      default:
        return this.finish === undefined ? this.writeParts(event) : '';
    }
  }

  /** The text that ends a finished stream. One that was not finished ends with an error. */
  end(): string {
    if (this.isOver) return '';
    if (this.finish === undefined) return this.fail(CUT_SHORT);
    const start = this.start();
    const delta = {
      ...writeFinish(this.finish, { hasToolUse: this.hasToolUse, hasRefusal: this.hasRefusal }),
      stop_details: null,
      container: null,
    };
    this.isOver = true;
    return start + frame('message_delta', { delta, usage: writeDeltaUsage(this.usage) }) + frame('message_stop', {});
  }

  /** The text that ends a stream which cannot be completed; nothing follows. */
  fail(error: ModelError): string {
    if (this.isOver) return '';
    const start = this.start();
    this.isOver = true;
    return start + this.blockWriter().close() + writeSseFrame(writeErrorEvent(error), 'error');
  }

  private writeParts(event: ModelEvent): string {
    let text = '';
    for (const next of this.sequencer.push(event)) if (isPartEvent(next)) text += this.writePart(next);
    return text;
  }

  private writePart(event: PartEvent): string {
    const text = this.blockWriter().write(event);
    if (text === '') return '';
    this.hasToolUse ||= event.kind === 'tool-call-start';
    this.hasRefusal ||= event.kind === 'refusal-delta';
    return this.start() + text;
  }

  private blockWriter(): BlockWriter {
    this.blocks ??= new BlockWriter(messageId(this.vendorId, this.context));
    return this.blocks;
  }

  /** `message_start`, when it has not been written yet. */
  private start(): string {
    if (this.isStarted) return '';
    this.isStarted = true;
    const { messageId: id } = this.blockWriter();
    const { model } = this.context;
    const message = writeMessage({ id, model, content: [], finish: undefined, usage: inputOf(this.usage) });
    return frame('message_start', { message });
  }
}

/** What went in. Output is told once, at the end, because there are clients that add both figures up. */
function inputOf(usage: Usage | undefined): Usage | undefined {
  return usage && { ...usage, outputTokens: undefined, outputAudioTokens: undefined, reasoningTokens: undefined };
}

function isPartEvent(event: ModelEvent): event is PartEvent {
  return 'part' in event;
}

function frame(type: string, members: object): string {
  return writeSseFrame({ type, ...members }, type);
}
