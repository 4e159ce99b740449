import type { JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';
import { writeAnnotation } from './annotations.js';
import { messageItem, outputText, refusalContent, type ItemStatus } from './output-items.js';
import { WrittenItem, type ItemSlot } from './written-item.js';

/** A text or refusal that is being said. */
interface OpenContent {
  readonly kind: 'text' | 'refusal';
  text: string;
  readonly annotations: JsonObject[];
  readonly logprobs: JsonObject[];
}

/** A message while it is written to a stream: texts and refusals, one after the other. */
export class WrittenMessage extends WrittenItem {
  private readonly content: JsonObject[] = [];
  private open: OpenContent | undefined;

  constructor(slot: ItemSlot) {
    super(slot);
    this.announce(messageItem(this.id, [], 'in_progress'));
  }

  startContent(kind: 'text' | 'refusal'): void {
    this.endContent();
    this.open = { kind, text: '', annotations: [], logprobs: [] };
    const part = writeContent(this.open);
    this.emit('response.content_part.added', { content_index: this.content.length, part });
  }

  add(text: string, logprobs: readonly JsonObject[]): void {
    if (this.open === undefined || (text === '' && logprobs.length === 0)) return;
    this.open.text += text;
    for (const logprob of logprobs) this.open.logprobs.push(logprob);
    const place = { content_index: this.content.length, delta: text };
    if (this.open.kind === 'refusal') this.emit('response.refusal.delta', place);
    else this.emit('response.output_text.delta', { ...place, logprobs });
  }

  cite(citation: Citation): void {
    if (this.open?.kind !== 'text') return;
    const annotation = writeAnnotation(citation, this.open.text.length);
    if (annotation === undefined) return;
    this.emit('response.output_text.annotation.added', {
      content_index: this.content.length,
      annotation_index: this.open.annotations.length,
      annotation,
    });
    this.open.annotations.push(annotation);
  }

  endContent(): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    const content_index = this.content.length;
    if (open.kind === 'refusal') this.emit('response.refusal.done', { content_index, refusal: open.text });
    else this.emit('response.output_text.done', { content_index, text: open.text, logprobs: open.logprobs });
    const part = writeContent(open);
    this.emit('response.content_part.done', { content_index, part });
    this.content.push(part);
  }

  protected override closeParts(): void {
    this.endContent();
  }

  protected override finished(status: ItemStatus): JsonObject {
    return messageItem(this.id, this.content, status);
  }
}

function writeContent({ kind, text, annotations, logprobs }: OpenContent): JsonObject {
  return kind === 'refusal' ? refusalContent(text) : outputText(text, annotations, logprobs);
}
