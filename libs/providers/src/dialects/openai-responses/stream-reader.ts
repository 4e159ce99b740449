import { asNonEmptyString, asObject, compact, parseObject } from '../../json/read-json.js';
import type { StreamReader } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { readEventError } from './errors.js';
import { EventSink } from './event-sink.js';
import { readFinish } from './finish-reasons.js';
import { asObjectList } from './object-list.js';
import { readResponsesUsage } from './read-usage.js';
import { EVENT_HANDLERS } from './streamed-event-handlers.js';
import { StreamedItems } from './streamed-items.js';

/**
 * Turns a Responses stream into events. Source: OpenAI API reference, "Streaming events".
 *
 * Servers that imitate OpenAI leave out announcements, endings, ids, indexes and `event:` lines. All of them may be
 * missing, as long as the text itself arrives in some event.
 */
export class ResponsesStreamReader implements StreamReader {
  private readonly sink = new EventSink();
  private readonly items = new StreamedItems(this.sink);
  private isStarted = false;
  private isOver = false;

  read(frame: StreamFrame): readonly ModelEvent[] {
    const event = this.isOver ? undefined : parseObject(frame.data);
    if (event === undefined) return [];
    const type = asNonEmptyString(event['type']) ?? frame.event;
    const handler = type === undefined ? undefined : EVENT_HANDLERS.get(type);
    if (handler === undefined) this.readLifeCycle(type, event);
    else {
      this.start({});
      handler(this.items, event);
    }
    return this.sink.take();
  }

  /** Adds nothing: parts that are open when a stream is cut were not finished. */
  end(): readonly ModelEvent[] {
    return [];
  }

  private readLifeCycle(type: string | undefined, event: JsonObject): void {
    const response = asObject(event['response']) ?? {};
    switch (type) {
      case 'response.created':
      case 'response.queued':
      case 'response.in_progress':
        this.start(response);
        break;
      case 'response.completed':
      case 'response.incomplete':
        this.finish(response, type === 'response.incomplete' || response['status'] === 'incomplete');
        break;
      case 'response.failed':
      case 'error':
        this.fail(event, response);
        break;
      case undefined:
        if (asObject(event['error']) !== undefined) this.fail(event, response);
        break;
    }
  }

  private start(response: JsonObject): void {
    if (this.isStarted) return;
    this.isStarted = true;
    const start = compact({ id: asNonEmptyString(response['id']), model: asNonEmptyString(response['model']) });
    this.sink.push({ kind: 'answer-start', ...start });
  }

  private finish(response: JsonObject, isIncomplete: boolean): void {
    this.start(response);
    this.items.catchUp(asObjectList(response['output']));
    this.items.close();
    this.readUsage(response);
    const finish = readFinish(response, isIncomplete, {
      toolCall: this.sink.hasSeen('tool-call-start'),
      refusal: this.sink.hasSeen('refusal-start'),
    });
    this.sink.push({ kind: 'finish', finish, ...compact({ serviceTier: asNonEmptyString(response['service_tier']) }) });
    this.isOver = true;
  }

  private fail(event: JsonObject, response: JsonObject): void {
    this.readUsage(response);
    this.sink.push({ kind: 'error', error: readEventError(event) });
    this.isOver = true;
  }

  private readUsage(response: JsonObject): void {
    const usage = readResponsesUsage(response['usage']);
    if (usage !== undefined) this.sink.push({ kind: 'usage', usage });
  }
}
