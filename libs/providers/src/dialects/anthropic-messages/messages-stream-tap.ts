import { asObject, asString, parseObject } from '../../json/read-json.js';
import { StreamTap, type AnswerFacts } from '../../spec/answer-tap.js';
import type { JsonObject } from '../../spec/json.js';
import { MODEL_ERROR_MESSAGE_CHARACTERS_MAX } from '../../spec/model-error.js';
import { readSseFrame } from '../../transport/sse-frame.js';
import { UsageTally } from './usage-tally.js';

/** Enough of an event to see what kind it is. */
const HEAD_BYTES = 64;
/** The event that all but a few are, told by its name or, from servers that give none, by how its data begins. */
const BLOCK_DELTA = /^(?:event: ?content_block_delta\r?\n|data: ?\{\s?"type": ?"content_block_delta")/;

/**
 * Reads a Messages stream in passing.
 *
 * Deltas of content are counted by the first bytes of their event and never parsed; the few events that carry usage, an
 * end or an error are. Nothing is ever withheld. Source: Anthropic API reference, "Streaming messages".
 */
export class MessagesStreamTap extends StreamTap {
  private readonly tally = new UsageTally();
  private complete = false;
  private errorMessage: string | undefined;
  private deltas = 0;

  override get facts(): AnswerFacts {
    const { complete, errorMessage, deltas } = this;
    return { usage: this.tally.usage, complete, errorMessage, deltas };
  }

  override onEvent(event: Buffer): 'keep' {
    if (BLOCK_DELTA.test(event.toString('latin1', 0, HEAD_BYTES))) {
      this.deltas += 1;
      return 'keep';
    }
    const frame = readSseFrame(event);
    // Starts of blocks can be long (results of a web search) and say nothing that matters here.
    if (frame === undefined || frame.event?.startsWith('content_block_st')) return 'keep';
    const data = parseObject(frame.data);
    if (data !== undefined) this.inspect(asString(data['type']) ?? frame.event, data);
    return 'keep';
  }

  private inspect(type: string | undefined, data: JsonObject): void {
    switch (type) {
      case 'content_block_delta':
        this.deltas += 1;
        return;
      case 'message_start':
        this.tally.begin(asObject(data['message'])?.['usage']);
        return;
      case 'message_delta':
        this.tally.update(data['usage']);
        if (typeof asObject(data['delta'])?.['stop_reason'] === 'string') this.complete = true;
        return;
      case 'message_stop':
        this.complete = true;
        return;
      case 'error':
        this.errorMessage = readMessage(data['error']);
        return;
      default:
    }
  }
}

function readMessage(error: unknown): string {
  const message = asString(asObject(error)?.['message']) ?? asString(error) ?? 'the provider reported an error';
  return message.slice(0, MODEL_ERROR_MESSAGE_CHARACTERS_MAX);
}
