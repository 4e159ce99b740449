import type { AssistantPart, MediaPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';

/**
 * Collects the parts of a model's turn.
 *
 * Google puts a thought signature on any part, and clients that put streamed chunks together send parts that belong
 * together one by one: thoughts become one piece of reasoning, a signature on an empty text belongs to the text before
 * it, and one that no part can hold becomes reasoning without text.
 */
export class ModelParts {
  readonly list: AssistantPart[] = [];

  /** A text; an empty one only carries a state. */
  text(text: string, state: ProviderState | undefined): void {
    if (text !== '') {
      this.list.push({ kind: 'text', text, ...withState(state) });
      return;
    }
    if (state === undefined) return;
    const last = this.list.at(-1);
    if (last?.kind === 'text' && last.state === undefined) this.list[this.list.length - 1] = { ...last, state };
    else this.state(state);
  }

  /** A piece of reasoning: it goes on with the one before until that has its state. */
  reasoning(text: string, state: ProviderState | undefined): void {
    const last = this.list.at(-1);
    if (last?.kind === 'reasoning' && last.state === undefined && state?.redacted !== true) {
      this.list[this.list.length - 1] = { kind: 'reasoning', text: last.text + text, ...withState(state) };
    } else if (text !== '' || state !== undefined) {
      this.list.push({ kind: 'reasoning', text, ...withState(state) });
    }
  }

  /** A function call with the JSON text of its arguments. */
  call(callId: string, name: string, argumentsText: string, state: ProviderState | undefined): void {
    this.list.push({ kind: 'tool-call', callId, name, argumentsText, ...withState(state) });
  }

  /** A medium. It has no place for a state, which stands before it. */
  media(media: MediaPart, state: ProviderState | undefined): void {
    if (state !== undefined) this.state(state);
    this.list.push(media);
  }

  private state(state: ProviderState): void {
    this.list.push({ kind: 'reasoning', text: '', state });
  }
}

function withState(state: ProviderState | undefined): { state?: ProviderState } {
  return state === undefined ? {} : { state };
}
