import { asCount, asList, asNonEmptyString, asObject, asString, parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import { readDelta, type OpenBlock } from './open-block.js';
import { readRedactedData, readSignature } from './reasoning-block.js';

/**
 * Reads the content blocks of a stream.
 *
 * Every part that it starts it ends exactly once, whatever comes. Blocks of kinds that the hub has no word for are left
 * out with all that belongs to them.
 */
export class BlockReader {
  private readonly open = new Map<number, OpenBlock>();
  private parts = 0;
  private calledTool = false;

  /** Whether a tool was called. */
  get hasToolCall(): boolean {
    return this.calledTool;
  }

  /** Reads `content_block_start`. A block that its server forgot to stop ends here. */
  start(data: JsonObject): readonly ModelEvent[] {
    const index = asCount(data['index']);
    const block = asObject(data['content_block']);
    if (index === undefined || block === undefined) return [];
    const events = this.endWhatIsDone(index);
    switch (block['type']) {
      case 'text':
        return [...events, ...this.startText(index, block)];
      case 'thinking':
        return [...events, ...this.startReasoning(index, block)];
      case 'redacted_thinking':
        return [...events, ...this.startRedacted(index, block)];
      case 'tool_use':
        return [...events, this.startToolCall(index, block)];
      default:
        this.open.set(index, { kind: 'unknown' });
        return events;
    }
  }

  /** Reads `content_block_delta`. Deltas that do not fit their block are ignored. */
  delta(data: JsonObject): readonly ModelEvent[] {
    const index = asCount(data['index']);
    const delta = asObject(data['delta']);
    if (index === undefined || delta === undefined) return [];
    const started = this.open.has(index) ? [] : this.startUnannounced(index, delta);
    const block = this.open.get(index);
    return block === undefined ? [] : [...started, ...readDelta(block, delta)];
  }

  /** Reads `content_block_stop`. */
  stop(data: JsonObject): readonly ModelEvent[] {
    const index = asCount(data['index']);
    return index === undefined ? [] : this.end(index);
  }

  /** Ends every part that is still open. */
  endAll(): readonly ModelEvent[] {
    return [...this.open.keys()].flatMap((index) => this.end(index));
  }

  private startText(index: number, block: JsonObject): readonly ModelEvent[] {
    const part = this.nextPart();
    const opened: OpenBlock = { kind: 'text', part };
    this.open.set(index, opened);
    const text = asNonEmptyString(block['text']);
    const citations = (asList(block['citations']) ?? []).map((citation) => ({ type: 'citations_delta', citation }));
    const deltas: JsonObject[] = text === undefined ? citations : [{ type: 'text_delta', text }, ...citations];
    return [{ kind: 'text-start', part }, ...deltas.flatMap((delta) => readDelta(opened, delta))];
  }

  private startReasoning(index: number, block: JsonObject): readonly ModelEvent[] {
    const part = this.nextPart();
    this.open.set(index, { kind: 'reasoning', part, state: readSignature(block['signature']) });
    const text = asNonEmptyString(block['thinking']);
    const start: ModelEvent = { kind: 'reasoning-start', part };
    return text === undefined ? [start] : [start, { kind: 'reasoning-delta', part, text }];
  }

  private startRedacted(index: number, block: JsonObject): readonly ModelEvent[] {
    const part = this.nextPart();
    const data = asNonEmptyString(block['data']);
    this.open.set(index, { kind: 'reasoning', part, state: data === undefined ? undefined : readRedactedData(data) });
    return [{ kind: 'reasoning-start', part }];
  }

  private startToolCall(index: number, block: JsonObject): ModelEvent {
    const part = this.nextPart();
    const input = asObject(block['input']);
    // Anthropic sends an empty input here and the real one in deltas; some servers send it here, and no deltas.
    const inputOfStart = input === undefined || Object.keys(input).length === 0 ? '' : JSON.stringify(input);
    this.open.set(index, { kind: 'tool-call', part, argumentsText: '', inputOfStart });
    this.calledTool = true;
    return {
      kind: 'tool-call-start',
      part,
      callId: asString(block['id']) ?? '',
      name: asString(block['name']) ?? '',
    };
  }

  /** Text and reasoning can be understood without their start; a call of a tool cannot. */
  private startUnannounced(index: number, delta: JsonObject): readonly ModelEvent[] {
    if (delta['type'] === 'text_delta') return this.start({ index, content_block: { type: 'text' } });
    if (delta['type'] === 'thinking_delta') return this.start({ index, content_block: { type: 'thinking' } });
    return [];
  }

  /** Ends what was open at `index`, and elsewhere what gives way to a new block: all but calls that are not complete. */
  private endWhatIsDone(index: number): readonly ModelEvent[] {
    const done = [...this.open].filter(
      ([other, block]) =>
        other === index || block.kind !== 'tool-call' || parseObject(block.argumentsText) !== undefined,
    );
    return done.flatMap(([other]) => this.end(other));
  }

  private end(index: number): readonly ModelEvent[] {
    const block = this.open.get(index);
    this.open.delete(index);
    switch (block?.kind) {
      case 'text':
        return [{ kind: 'text-end', part: block.part }];
      case 'reasoning':
        return [{ kind: 'reasoning-end', part: block.part, ...(block.state && { state: block.state }) }];
      case 'tool-call': {
        const { part, inputOfStart } = block;
        const end: ModelEvent = { kind: 'tool-call-end', part };
        if (block.argumentsText !== '' || inputOfStart === '') return [end];
        return [{ kind: 'tool-call-delta', part, argumentsText: inputOfStart }, end];
      }
      default:
        return [];
    }
  }

  private nextPart(): number {
    this.parts += 1;
    return this.parts - 1;
  }
}
