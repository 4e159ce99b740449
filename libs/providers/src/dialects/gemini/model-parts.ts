import type { AssistantPart, MediaPart, UnknownPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';

/**
 * Collects the parts of a model's turn.
 *
 * Google puts a thought signature on any part, and clients that put streamed chunks together send parts that belong
 * together one by one: thoughts become one piece of reasoning, a signature on an empty text belongs to the text before
 * it, and one that no part can hold becomes reasoning without text.
 */
export class ModelParts {
  private readonly parts: AssistantPart[] = [];
  /** Another content of the same turn has just begun. */
  private continues = false;

  /** The parts so far. */
  get list(): readonly AssistantPart[] {
    return this.parts;
  }

  /** Another content of the same turn begins: a text at its start goes on with the one before. */
  nextContent(): void {
    this.continues = true;
  }

  /** A text; an empty one only carries a state. */
  text(text: string, state: ProviderState | undefined): void {
    const last = this.parts.at(-1);
    const isOpen = last?.kind === 'text' && last.state === undefined;
    if (isOpen && (text === '' || this.continues)) {
      this.replaceLast({ ...last, text: last.text + text, ...withState(state) });
    } else if (text !== '') {
      this.push({ kind: 'text', text, ...withState(state) });
    } else if (state !== undefined) {
      this.push({ kind: 'reasoning', text: '', state });
    }
    if (text !== '') this.continues = false;
  }

  /** A piece of reasoning: it goes on with the one before until that has its state. */
  reasoning(text: string, state: ProviderState | undefined): void {
    const last = this.parts.at(-1);
    if (last?.kind === 'reasoning' && last.state === undefined && state?.redacted !== true) {
      this.replaceLast({ kind: 'reasoning', text: last.text + text, ...withState(state) });
    } else if (text !== '' || state !== undefined) {
      this.push({ kind: 'reasoning', text, ...withState(state) });
    }
  }

  /** A function call with the JSON text of its arguments. */
  call(callId: string, name: string, argumentsText: string, state: ProviderState | undefined): void {
    this.push({ kind: 'tool-call', callId, name, argumentsText, ...withState(state) });
  }

  /** A medium. It has no place for a state, which stands before it. */
  media(media: MediaPart, state: ProviderState | undefined): void {
    if (state !== undefined) this.push({ kind: 'reasoning', text: '', state });
    this.push(media);
  }

  /** A part of Google's that the hub has no word for. */
  unknown(part: UnknownPart): void {
    this.push(part);
  }

  private push(part: AssistantPart): void {
    this.parts.push(part);
    this.continues = false;
  }

  private replaceLast(part: AssistantPart): void {
    this.parts[this.parts.length - 1] = part;
  }
}

function withState(state: ProviderState | undefined): { state?: ProviderState } {
  return state === undefined ? {} : { state };
}
