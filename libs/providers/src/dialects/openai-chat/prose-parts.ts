import { compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { Citation } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import type { EventSink } from './event-sink.js';
import { continuesReasoning, type ReasoningDetail } from './reasoning-details.js';

/** The part that is open: chat has no marks for its ends, so it ends when another kind begins. */
type OpenPart =
  | { readonly kind: 'text'; readonly part: number; state: ProviderState | undefined }
  | { readonly kind: 'refusal'; readonly part: number }
  | {
      readonly kind: 'reasoning';
      readonly part: number;
      readonly id: string | undefined;
      readonly index: ReasoningDetail['index'];
      text: string;
      state: ProviderState | undefined;
    };

/** Makes parts of text, reasoning and refusals out of a chat stream's deltas. At most one is open. */
export class ProseParts {
  private open: OpenPart | undefined;

  constructor(private readonly sink: EventSink) {}

  text(text: string, logprobs: readonly JsonObject[] | undefined): void {
    if (text === '') return;
    if (this.open?.kind !== 'text') {
      this.begin({ kind: 'text', part: this.sink.nextPart(), state: undefined });
    }
    const delta = { kind: 'text-delta' as const, part: this.partNumber(), text };
    this.sink.emit(logprobs === undefined ? delta : { ...delta, logprobs });
  }

  refusal(text: string): void {
    if (text === '') return;
    if (this.open?.kind !== 'refusal') this.begin({ kind: 'refusal', part: this.sink.nextPart() });
    this.sink.emit({ kind: 'refusal-delta', part: this.partNumber(), text });
  }

  reasoning(detail: ReasoningDetail): void {
    if (this.open?.kind === 'reasoning' && isStateOf(this.open, detail)) {
      this.open.state = detail.state;
      return;
    }
    if (this.open?.kind !== 'reasoning' || !continuesReasoning(this.open, detail)) {
      const { id, index } = detail;
      this.begin({ kind: 'reasoning', part: this.sink.nextPart(), id, index, text: '', state: undefined });
    }
    if (this.open?.kind !== 'reasoning') return;
    this.open.state = detail.state;
    if (detail.text === '') return;
    this.open.text += detail.text;
    this.sink.emit({ kind: 'reasoning-delta', part: this.open.part, text: detail.text });
  }

  /** A source of the text that is open; one that comes while no text is open has nothing to support. */
  citation(citation: Citation): void {
    if (this.open?.kind === 'text') this.sink.emit({ kind: 'text-citation', part: this.open.part, citation });
  }

  /** Ties a state to the text that is open. */
  textState(state: ProviderState): void {
    if (this.open?.kind === 'text') this.open.state = state;
  }

  /** Ends what is open. */
  close(): void {
    const { open } = this;
    if (open === undefined) return;
    this.open = undefined;
    if (open.kind === 'refusal') this.sink.emit({ kind: 'refusal-end', part: open.part });
    else this.sink.emit(compact({ kind: `${open.kind}-end` as const, part: open.part, state: open.state }));
  }

  private begin(part: OpenPart): void {
    this.close();
    this.open = part;
    this.sink.emit({ kind: `${part.kind}-start`, part: part.part });
  }

  private partNumber(): number {
    return this.open?.part ?? 0;
  }
}

/**
 * True for an entry that brings the state of reasoning which came in plain words, alone or with all of the words once
 * more.
 */
function isStateOf(open: Extract<OpenPart, { kind: 'reasoning' }>, detail: ReasoningDetail): boolean {
  const isPlain = open.id === undefined && open.index === undefined && open.state === undefined;
  return isPlain && detail.state !== undefined && (detail.text === '' || detail.text === open.text);
}
