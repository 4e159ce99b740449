import { asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { MediaPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { answerCallId } from './answer-call-id.js';
import { PartialArguments } from './partial-arguments.js';

/** The kinds of parts that go on until another kind begins. */
type RunningKind = 'text' | 'reasoning';

interface RunningPart {
  readonly kind: RunningKind;
  readonly part: number;
  state: ProviderState | undefined;
}

interface PartialCall {
  readonly part: number;
  readonly arguments: PartialArguments;
}

/**
 * Numbers the parts of a stream and finds where they end.
 *
 * Nothing on Gemini's wire marks where a text or a thought ends: it ends when another kind begins. A function call comes
 * whole, but for Vertex, which may stream its arguments; then only its first chunk names the function.
 */
export class StreamParts {
  /** How many functions were called. */
  calls = 0;
  private next = 0;
  private running: RunningPart | undefined;
  private partial: PartialCall | undefined;

  constructor(private readonly emit: (event: ModelEvent) => void) {}

  /** Number of the text that goes on, if one does. */
  get openText(): number | undefined {
    return this.running?.kind === 'text' ? this.running.part : undefined;
  }

  /** A piece of text or reasoning, with a state if it came with one. */
  run(kind: RunningKind, text: string, state: ProviderState | undefined, logprobs?: readonly JsonObject[]): void {
    if (text === '') {
      this.bareState(kind, state);
      return;
    }
    const running = this.runningFor(kind, state);
    const { part } = running;
    running.state ??= state;
    if (kind === 'reasoning') this.emit({ kind: 'reasoning-delta', part, text });
    else this.emit({ kind: 'text-delta', part, text, ...(logprobs === undefined ? {} : { logprobs }) });
  }

  /** A whole medium. It has no place for a state, which stands before it. */
  media(media: MediaPart, state: ProviderState | undefined): void {
    this.endRunning();
    if (state !== undefined) this.emptyReasoning(state);
    this.emit({ kind: 'media', part: this.take(), media });
  }

  /** A function call, or a piece of the one whose arguments are being streamed. */
  call(call: JsonObject, state: ProviderState | undefined, answerId: string | undefined): void {
    const name = asNonEmptyString(call['name']);
    if (name !== undefined || this.partial === undefined) this.startCall(call, name ?? 'tool', state, answerId);
    if (this.partial === undefined) return;
    this.partial.arguments.add(call['partialArgs']);
    if (call['willContinue'] !== true) this.endPartial();
  }

  /** Ends what is open, when the answer is finished. */
  end(): void {
    this.endPartial();
    this.endRunning();
  }

  /** A part has one state: what comes with a second one is a part of its own. */
  private runningFor(kind: RunningKind, state: ProviderState | undefined): RunningPart {
    const { running } = this;
    if (running?.kind === kind && (running.state === undefined || state === undefined)) return running;
    this.endRunning();
    const begun = { kind, part: this.take(), state: undefined };
    this.running = begun;
    this.emit({ kind: `${kind}-start`, part: begun.part });
    return begun;
  }

  /** A state on an empty text belongs to the text before it, or to no part in particular. */
  private bareState(kind: RunningKind, state: ProviderState | undefined): void {
    if (state === undefined) return;
    if (this.running?.kind === kind && this.running.state === undefined) {
      this.running.state = state;
    } else {
      this.endRunning();
      this.emptyReasoning(state);
    }
  }

  private emptyReasoning(state: ProviderState): void {
    const part = this.take();
    this.emit({ kind: 'reasoning-start', part });
    this.emit({ kind: 'reasoning-end', part, state });
  }

  private startCall(
    call: JsonObject,
    name: string,
    state: ProviderState | undefined,
    answerId: string | undefined,
  ): void {
    this.end();
    const part = this.take();
    const callId = asNonEmptyString(call['id']) ?? answerCallId(answerId, name, this.calls);
    this.calls += 1;
    this.emit(compact({ kind: 'tool-call-start' as const, part, callId, name, state }) as ModelEvent);
    if (call['partialArgs'] !== undefined || call['willContinue'] === true) {
      this.partial = { part, arguments: new PartialArguments() };
    } else {
      this.endCall(part, JSON.stringify(asObject(call['args']) ?? {}));
    }
  }

  private endPartial(): void {
    const { partial } = this;
    this.partial = undefined;
    if (partial !== undefined) this.endCall(partial.part, partial.arguments.toText());
  }

  private endCall(part: number, argumentsText: string): void {
    this.emit({ kind: 'tool-call-delta', part, argumentsText });
    this.emit({ kind: 'tool-call-end', part });
  }

  private endRunning(): void {
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    const { kind, part, state } = running;
    this.emit({ kind: `${kind}-end`, part, ...(state === undefined ? {} : { state }) });
  }

  private take(): number {
    this.next += 1;
    return this.next - 1;
  }
}
