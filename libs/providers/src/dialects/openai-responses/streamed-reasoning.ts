import type { JsonObject } from '../../spec/json.js';
import type { ProviderState } from '../../spec/provider-state.js';
import type { EventSink } from './event-sink.js';
import { readReasoningPieces, readReasoningState, SUMMARY_SEPARATOR } from './reasoning-item.js';
import { missingText, StreamedItem } from './streamed-item.js';

/** A reasoning item while it is streamed: its paragraphs become one text, as they do in a whole answer. */
export class StreamedReasoning extends StreamedItem {
  private readonly streamed = new Map<string, string>();
  /** The paragraph that came last. */
  private lastKey: string | undefined;
  /** Set while its part is open. */
  private part: number | undefined;

  constructor(private readonly sink: EventSink) {
    super();
  }

  /** Takes a piece of the paragraph `key`. */
  add(key: string, text: string): void {
    if (text === '') return;
    const separator = this.lastKey !== undefined && this.lastKey !== key ? SUMMARY_SEPARATOR : '';
    this.streamed.set(key, (this.streamed.get(key) ?? '') + text);
    this.lastKey = key;
    this.sink.push({ kind: 'reasoning-delta', part: this.open(), text: separator + text });
  }

  /** Takes a whole paragraph as the vendor repeats it. */
  settle(key: string, text: string): void {
    this.add(key, missingText(text, this.streamed.get(key) ?? ''));
  }

  override yield(): void {
    this.end(undefined);
  }

  override finish(item: JsonObject): void {
    for (const { key, text } of readReasoningPieces(item)) this.settle(key, text);
    this.end(readReasoningState(item));
    this.isDone = true;
  }

  override close(): void {
    this.end(undefined);
  }

  /**
   * A state needs a part to stand in, also when nothing of the reasoning is shown. One that comes when the reasoning has
   * long ended is left out: it would stand behind what was thought of, where its vendor refuses it.
   */
  private end(state: ProviderState | undefined): void {
    if (this.part === undefined && (state === undefined || this.streamed.size > 0)) return;
    this.sink.push({ kind: 'reasoning-end', part: this.open(), ...(state === undefined ? {} : { state }) });
    this.part = undefined;
  }

  private open(): number {
    if (this.part !== undefined) return this.part;
    const part = this.sink.newPart();
    this.part = part;
    this.sink.push({ kind: 'reasoning-start', part });
    return part;
  }
}
