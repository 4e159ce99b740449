import { asObject, parseObject } from '../../json/read-json.js';
import { StreamTap, type AnswerFacts } from '../../spec/answer-tap.js';
import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';
import { readSseFrame } from '../../transport/sse-frame.js';
import { readEventError } from './errors.js';
import { readEventType } from './event-type.js';
import { readResponsesUsage } from './read-usage.js';

const ITEM_DONE = 'response.output_item.done';

/** Types of events that end an answer, one way or the other; they are parsed, and so is an event without a type. */
const ENDING: ReadonlySet<string | undefined> = new Set([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'error',
  undefined,
]);

/**
 * Reads an OpenAI Responses stream in passing.
 *
 * Only the type of an event is looked at; the few events that end an answer are parsed. An answer is complete with
 * `response.completed` or `response.incomplete`: a `[DONE]`, which some servers append, proves nothing. Source: OpenAI
 * API reference, "Streaming events".
 */
export class ResponsesStreamTap extends StreamTap {
  private usage: Usage | undefined;
  private complete = false;
  private errorMessage: string | undefined;
  private deltas = 0;
  /** Deltas up to the last finished item, to notice an item that was not streamed. */
  private deltasBeforeItem = 0;

  override get facts(): AnswerFacts {
    return { usage: this.usage, complete: this.complete, errorMessage: this.errorMessage, deltas: this.deltas };
  }

  override onEvent(event: Buffer): 'keep' {
    const type = readEventType(event);
    if (type?.endsWith('.delta') === true) this.deltas += 1;
    else if (type === ITEM_DONE) this.countItem();
    else if (ENDING.has(type)) this.inspect(event, type);
    return 'keep';
  }

  /** An item that comes whole, without a delta, is content as well. */
  private countItem(): void {
    if (this.deltas === this.deltasBeforeItem) this.deltas += 1;
    this.deltasBeforeItem = this.deltas;
  }

  private inspect(event: Buffer, type: string | undefined): void {
    const frame = readSseFrame(event);
    // Only what parses has reached the client as an event: one that was cut ends nothing.
    const data = frame === undefined ? undefined : parseObject(frame.data);
    if (data === undefined) return;
    const response = asObject(data['response']);
    this.usage = readResponsesUsage(response?.['usage']) ?? this.usage;
    if (type === 'response.completed' || type === 'response.incomplete') this.complete = true;
    else this.errorMessage = errorMessageOf(data, type) ?? this.errorMessage;
  }
}

function errorMessageOf(data: JsonObject, type: string | undefined): string | undefined {
  if (type === undefined && asObject(data['error']) === undefined) return undefined;
  return readEventError(data).message;
}
