import { asList, asObject, asString } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';
import type { EventSink } from './event-sink.js';
import { readAnnotations } from './read-output-item.js';
import { missingText, StreamedItem } from './streamed-item.js';

/** A message while it is streamed: texts and refusals, each by its index. */
export class StreamedMessage extends StreamedItem {
  private readonly contents = new Map<string, StreamedContent>();
  private last: StreamedContent | undefined;

  constructor(private readonly sink: EventSink) {
    super();
  }

  /** The text or refusal at `index` of the message. */
  content(kind: 'text' | 'refusal', index: number): StreamedContent {
    const key = `${kind} ${index}`;
    const known = this.contents.get(key);
    if (known !== undefined) return known;
    // Content comes one after the other; a server that forgets to end the one before has begun the next.
    this.last?.end();
    const content = new StreamedContent(kind, this.sink);
    this.contents.set(key, content);
    this.last = content;
    return content;
  }

  /** Takes a finished block of content. */
  finishContent(block: JsonObject, index: number): void {
    const refusal = asString(block['refusal']);
    const text = asString(block['text']);
    if (refusal !== undefined) this.content('refusal', index).finish(refusal, []);
    else if (text !== undefined) this.content('text', index).finish(text, readAnnotations(block));
  }

  override yield(): void {
    for (const content of this.contents.values()) content.end();
  }

  override finish(item: JsonObject): void {
    for (const [index, entry] of (asList(item['content']) ?? []).entries()) {
      const block = asObject(entry);
      if (block !== undefined) this.finishContent(block, index);
    }
    this.yield();
    this.isDone = true;
  }

  override close(): void {
    this.yield();
  }
}

/** One text or refusal of a message. */
class StreamedContent {
  private streamed = '';
  private citations = 0;
  /** Set while its part is open. */
  private part: number | undefined;

  constructor(
    private readonly kind: 'text' | 'refusal',
    private readonly sink: EventSink,
  ) {}

  add(text: string, logprobs: readonly JsonObject[]): void {
    if (text === '' && logprobs.length === 0) return;
    this.streamed += text;
    const part = this.open();
    if (this.kind === 'refusal') this.sink.push({ kind: 'refusal-delta', part, text });
    else this.sink.push({ kind: 'text-delta', part, text, ...(logprobs.length === 0 ? {} : { logprobs }) });
  }

  /** Takes the whole text as the vendor repeats it. */
  settle(text: string): void {
    this.add(missingText(text, this.streamed), []);
  }

  cite(citation: Citation): void {
    if (this.kind === 'refusal') return;
    this.citations += 1;
    this.sink.push({ kind: 'text-citation', part: this.open(), citation });
  }

  finish(text: string, citations: readonly Citation[]): void {
    this.settle(text);
    for (const citation of citations.slice(this.citations)) this.cite(citation);
    this.end();
  }

  end(): void {
    if (this.part === undefined) return;
    this.sink.push({ kind: `${this.kind}-end`, part: this.part });
    this.part = undefined;
  }

  private open(): number {
    if (this.part !== undefined) return this.part;
    const part = this.sink.newPart();
    this.part = part;
    this.sink.push({ kind: `${this.kind}-start`, part });
    return part;
  }
}
