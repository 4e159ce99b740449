import { writeState } from '../../hub/state-envelope.js';
import type { JsonObject } from '../../spec/json.js';
import type { MediaPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';

/**
 * Writes the parts of an answer, whole or piece by piece.
 *
 * Gemini shows thoughts only to clients that ask for them (`includeThoughts`): clients that do not may take any text for
 * the answer's. The state of hidden reasoning, and of reasoning without text, goes on the part behind it, which is where
 * Google's own signatures stand and where clients keep them.
 */
export class AnswerPartsWriter {
  /** A signature that waits for the next part. */
  private waiting: string | undefined;

  constructor(private readonly showsThoughts: boolean) {}

  /** A text or a piece of one. */
  text(text: string, state?: ProviderState): readonly JsonObject[] {
    if (text === '') return this.state(state);
    return this.signed({ text }, state);
  }

  /** What ends a text that was written piece by piece. */
  textEnd(state: ProviderState | undefined): readonly JsonObject[] {
    return state === undefined ? [] : [{ text: '', thoughtSignature: writeState(state, 'gemini') }];
  }

  /** A piece of reasoning. */
  reasoning(text: string): readonly JsonObject[] {
    return this.showsThoughts && text !== '' ? [{ text, thought: true }] : [];
  }

  /** What ends reasoning that was written piece by piece. */
  reasoningEnd(state: ProviderState | undefined, hasText: boolean): readonly JsonObject[] {
    if (state === undefined) return [];
    if (!this.showsThoughts || !hasText) return this.state(state);
    return [{ text: '', thought: true, thoughtSignature: writeState(state, 'gemini') }];
  }

  /** Reasoning as a whole. */
  wholeReasoning(text: string, state: ProviderState | undefined): readonly JsonObject[] {
    if (!this.showsThoughts || text === '') return this.state(state);
    return [{ text, thought: true, ...(state === undefined ? {} : { thoughtSignature: writeState(state, 'gemini') }) }];
  }

  /** A function call. */
  call(callId: string, name: string, args: JsonObject, state: ProviderState | undefined): readonly JsonObject[] {
    return this.signed({ functionCall: { id: callId, name, args } }, state);
  }

  /** A medium that the model made. */
  media({ source }: MediaPart): readonly JsonObject[] {
    if (source.kind === 'data') return this.signed({ inlineData: { mimeType: source.mediaType, data: source.base64 } });
    const type = source.mediaType === undefined ? {} : { mimeType: source.mediaType };
    return this.signed({ fileData: { ...type, fileUri: source.kind === 'url' ? source.url : source.fileId } });
  }

  /** A signature with no part behind it: an empty text carries it, as in Google's own streams. */
  end(): readonly JsonObject[] {
    const { waiting } = this;
    this.waiting = undefined;
    return waiting === undefined ? [] : [{ text: '', thoughtSignature: waiting }];
  }

  private signed(part: JsonObject, state?: ProviderState): readonly JsonObject[] {
    const own = state === undefined ? undefined : writeState(state, 'gemini');
    const before = own === undefined ? [] : this.end();
    const signature = own ?? this.waiting;
    this.waiting = undefined;
    return [...before, signature === undefined ? part : { ...part, thoughtSignature: signature }];
  }

  private state(state: ProviderState | undefined): readonly JsonObject[] {
    if (state === undefined) return [];
    const before = this.end();
    this.waiting = writeState(state, 'gemini');
    return before;
  }
}
