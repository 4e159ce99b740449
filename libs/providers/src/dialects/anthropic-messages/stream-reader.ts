import { asObject, asString, compact, parseObject } from '../../json/read-json.js';
import type { StreamReader } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish } from '../../spec/model-answer.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { BlockReader } from './block-reader.js';
import { readStreamError } from './errors.js';
import { readFinish } from './finish-reasons.js';
import { UsageTally } from './usage-tally.js';

/** Reads a Messages stream. Source: Anthropic API reference, "Streaming messages". */
export class MessagesStreamReader implements StreamReader {
  private readonly blocks = new BlockReader();
  private readonly tally = new UsageTally();
  private serviceTier: string | undefined;
  private state: 'idle' | 'started' | 'finished' | 'failed' = 'idle';

  /** The events of one frame; none for a ping or anything unknown. */
  read({ event, data }: StreamFrame): readonly ModelEvent[] {
    if (this.state === 'failed') return [];
    const fields = parseObject(data);
    if (fields === undefined) return [];
    const type = asString(fields['type']) ?? event;
    if (this.state === 'finished') return type === 'message_delta' ? this.readUsage(fields) : [];
    switch (type) {
      case 'message_start':
        return this.start(asObject(fields['message']) ?? {});
      case 'content_block_start':
        return this.blocks.start(fields);
      case 'content_block_delta':
        return this.blocks.delta(fields);
      case 'content_block_stop':
        return this.blocks.stop(fields);
      case 'message_delta':
        return this.readMessageDelta(fields);
      case 'message_stop':
        return this.stop();
      case 'error':
        this.state = 'failed';
        return [{ kind: 'error', error: readStreamError(fields) }];
      default:
        return [];
    }
  }

  /** Nothing: what a finished stream had open was ended with it, and a cut one stays open. */
  end(): readonly ModelEvent[] {
    return [];
  }

  private start(message: JsonObject): readonly ModelEvent[] {
    if (this.state !== 'idle') return [];
    this.state = 'started';
    this.tally.begin(message['usage']);
    this.serviceTier = asString(asObject(message['usage'])?.['service_tier']);
    const start = compact({
      kind: 'answer-start' as const,
      id: asString(message['id']),
      model: asString(message['model']),
    });
    return [start, ...this.usageEvents()];
  }

  private readMessageDelta(fields: JsonObject): readonly ModelEvent[] {
    const delta = asObject(fields['delta']) ?? {};
    if (typeof delta['stop_reason'] !== 'string') return this.readUsage(fields);
    const ended = this.blocks.endAll();
    return [...ended, ...this.readUsage(fields), this.finish(readFinish(delta))];
  }

  /** `message_stop` ends the answer also when its server gave no reason before. */
  private stop(): readonly ModelEvent[] {
    const ended = this.blocks.endAll();
    const finish: Finish = { reason: this.blocks.hasToolCall ? 'tool-calls' : 'stop' };
    return [...ended, this.finish(finish)];
  }

  private finish(finish: Finish): ModelEvent {
    this.state = 'finished';
    return { kind: 'finish', finish, ...(this.serviceTier !== undefined && { serviceTier: this.serviceTier }) };
  }

  private readUsage(fields: JsonObject): readonly ModelEvent[] {
    if (asObject(fields['usage']) === undefined) return [];
    this.tally.update(fields['usage']);
    return this.usageEvents();
  }

  private usageEvents(): readonly ModelEvent[] {
    const { usage } = this.tally;
    return usage === undefined ? [] : [{ kind: 'usage', usage }];
  }
}
