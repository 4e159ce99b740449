import type { JsonObject } from '../spec/json.js';
import type { Finish, ModelAnswer } from '../spec/model-answer.js';
import type { ModelError } from '../spec/model-error.js';
import type { ModelEvent } from '../spec/model-event.js';
import type { AssistantPart, Citation, MediaPart, ToolCallPart } from '../spec/part.js';
import type { ProviderState } from '../spec/provider-state.js';
import type { Usage } from '../spec/usage.js';

/** Words that are being said. */
interface OpenText {
  readonly kind: 'text' | 'reasoning' | 'refusal';
  text: string;
  state?: ProviderState;
  citations?: Citation[];
}

/** A tool call that is being written. */
interface OpenToolCall {
  readonly kind: 'tool-call';
  readonly call: Omit<ToolCallPart, 'kind' | 'argumentsText'>;
  argumentsText: string;
}

type OpenPart = OpenText | OpenToolCall | MediaPart;
type TextEvent = Extract<ModelEvent, { readonly kind: `${OpenText['kind']}-${string}` }>;
type ToolCallEvent = Extract<ModelEvent, { readonly kind: `tool-call-${string}` }>;

/**
 * Puts the events of a stream together to the answer that they tell. One collector serves one stream.
 *
 * It takes events in any order: words for a part that was never started, start it; arguments of a tool call without a
 * name are nobody's and are left out.
 */
export class AnswerCollector {
  private id: string | undefined;
  private model: string | undefined;
  /** In the order in which they were started. */
  private readonly parts: OpenPart[] = [];
  /** The latest part of each of the reader's numbers. */
  private readonly byNumber = new Map<number, OpenPart>();
  private readonly logprobs: JsonObject[] = [];
  private usage: Usage | undefined;
  private finish: Finish | undefined;
  private serviceTier: string | undefined;
  private vendorError: ModelError | undefined;

  /** The error that the vendor reported inside of the stream. */
  get error(): ModelError | undefined {
    return this.vendorError;
  }

  /** True once the model began to call a tool. */
  get sawToolCall(): boolean {
    return this.parts.some(({ kind }) => kind === 'tool-call');
  }

  /** The text that the answer has so far, finished or not; without reasoning and refusals. */
  get partialText(): string {
    return this.parts.map((part) => (part.kind === 'text' ? part.text : '')).join('');
  }

  /** The whole answer; undefined while it is unfinished, and for good when the vendor reported an error. */
  get answer(): ModelAnswer | undefined {
    if (this.finish === undefined || this.vendorError !== undefined) return undefined;
    return {
      ...(this.id === undefined ? {} : { id: this.id }),
      ...(this.model === undefined ? {} : { model: this.model }),
      parts: this.parts.map(closePart),
      finish: this.finish,
      usage: this.usage,
      ...(this.logprobs.length === 0 ? {} : { logprobs: this.logprobs }),
      ...(this.serviceTier === undefined ? {} : { serviceTier: this.serviceTier }),
    };
  }

  push(event: ModelEvent): void {
    switch (event.kind) {
      case 'answer-start':
        this.id = event.id;
        this.model = event.model;
        return;
      case 'usage':
        this.usage = event.usage;
        return;
      case 'finish':
        this.finish = event.finish;
        this.serviceTier = event.serviceTier;
        return;
      case 'error':
        this.vendorError = event.error;
        return;
      case 'media':
        this.open(event.part, event.media);
        return;
      case 'tool-call-start':
      case 'tool-call-delta':
      case 'tool-call-end':
        this.pushToolCall(event);
        return;
      default:
        this.pushText(event);
    }
  }

  private pushToolCall(event: ToolCallEvent): void {
    if (event.kind === 'tool-call-start') {
      const { kind: _kind, part, ...call } = event;
      this.open(part, { kind: 'tool-call', call, argumentsText: '' });
    } else if (event.kind === 'tool-call-delta') {
      const open = this.byNumber.get(event.part);
      if (open?.kind === 'tool-call') open.argumentsText += event.argumentsText;
    }
  }

  private pushText(event: TextEvent): void {
    const open = this.textFor(event);
    switch (event.kind) {
      case 'text-delta':
        for (const logprob of event.logprobs ?? []) this.logprobs.push(logprob);
        open.text += event.text;
        return;
      case 'reasoning-delta':
      case 'refusal-delta':
        open.text += event.text;
        return;
      case 'text-citation':
        (open.citations ??= []).push(event.citation);
        return;
      case 'text-end':
      case 'reasoning-end':
        if (event.state !== undefined) open.state = event.state;
    }
  }

  /** The part that an event belongs to; a new one when its number stood for another kind, or for nothing. */
  private textFor(event: TextEvent): OpenText {
    const kind = kindOf(event);
    const open = this.byNumber.get(event.part);
    return open?.kind === kind ? open : this.open(event.part, { kind, text: '' });
  }

  private open<Part extends OpenPart>(number: number, part: Part): Part {
    this.parts.push(part);
    this.byNumber.set(number, part);
    return part;
  }
}

function kindOf({ kind }: TextEvent): OpenText['kind'] {
  if (kind.startsWith('text')) return 'text';
  return kind.startsWith('reasoning') ? 'reasoning' : 'refusal';
}

function closePart(part: OpenPart): AssistantPart {
  switch (part.kind) {
    case 'text': {
      const { text, state, citations } = part;
      return {
        kind: 'text',
        text,
        ...(citations === undefined ? {} : { citations }),
        ...(state === undefined ? {} : { state }),
      };
    }
    case 'reasoning': {
      const { text, state } = part;
      return { kind: 'reasoning', text, ...(state === undefined ? {} : { state }) };
    }
    case 'refusal':
      return { kind: 'refusal', text: part.text };
    case 'tool-call':
      return { kind: 'tool-call', ...part.call, argumentsText: part.argumentsText };
    case 'media':
      return part;
  }
}
