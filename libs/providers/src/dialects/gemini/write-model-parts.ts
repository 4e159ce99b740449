import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { AssistantPart, ReasoningPart, ToolCallPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { readCallArguments } from './call-arguments.js';
import { dropCacheMarks } from './drop-cache-marks.js';
import { traitsOf } from './model-traits.js';
import { writeMedia } from './write-media.js';
import { writeUnknownPart } from './write-unknown-part.js';

/**
 * Writes what the model said in an earlier turn. Thought signatures go to the part that they came with: reasoning
 * without text holds the signature of the part behind it. Reasoning of other models means nothing to Gemini and is left
 * out.
 *
 * @throws UnsupportedFieldError for a part that cannot be carried.
 */
export function writeModelParts(parts: readonly AssistantPart[], context: WriteContext): readonly JsonObject[] {
  return new ModelPartsWriter(context).write(parts);
}

class ModelPartsWriter {
  private readonly out: JsonObject[] = [];
  /** A signature that waits for the next part. */
  private waiting: string | undefined;

  constructor(private readonly context: WriteContext) {}

  write(parts: readonly AssistantPart[]): readonly JsonObject[] {
    for (const part of parts) this.writePart(part);
    this.releaseWaiting();
    return this.out;
  }

  private writePart(part: AssistantPart): void {
    if ('cacheMark' in part) dropCacheMarks([part], this.context.losses);
    switch (part.kind) {
      case 'reasoning':
        this.writeReasoning(part);
        break;
      case 'text':
        this.push({ text: part.text }, this.signatureOf(part.state), part.text === '');
        break;
      case 'refusal':
        this.push({ text: part.text }, undefined, part.text === '');
        break;
      case 'tool-call':
        this.push({ functionCall: this.writeCall(part) }, this.signatureOf(part.state));
        break;
      case 'media':
        this.push(writeMedia(part, this.context), undefined);
        break;
      case 'unknown':
        this.push(writeUnknownPart(part), undefined);
        break;
    }
  }

  private writeReasoning({ text, state }: ReasoningPart): void {
    const signature = this.signatureOf(state);
    if (signature === undefined) {
      if (text !== '' || state !== undefined) {
        this.context.losses.drop('reasoning', 'it is not known to come from a Gemini model, which takes only its own');
      }
    } else if (text === '') {
      this.releaseWaiting();
      this.waiting = signature;
    } else {
      this.releaseWaiting();
      this.out.push({ text, thought: true, thoughtSignature: signature });
    }
  }

  private writeCall(part: ToolCallPart): JsonObject {
    // What the model wrote may be no object; it is shown all the same, because the result that follows refers to it.
    const args = readCallArguments(part.argumentsText, part.freeText) ?? { input: part.argumentsText };
    return { ...(traitsOf(this.context.model).isThirdGeneration ? { id: part.callId } : {}), name: part.name, args };
  }

  private push(part: JsonObject, own: string | undefined, isEmpty = false): void {
    const signature = own ?? this.waiting;
    if (isEmpty && signature === undefined) return;
    if (own !== undefined) this.releaseWaiting();
    this.waiting = undefined;
    this.out.push(signature === undefined ? part : { ...part, thoughtSignature: signature });
  }

  /** A signature with no part behind it goes on an empty text, as Google itself sends it at the end of a stream. */
  private releaseWaiting(): void {
    if (this.waiting !== undefined) this.out.push({ text: '', thoughtSignature: this.waiting });
    this.waiting = undefined;
  }

  private signatureOf(state: ProviderState | undefined): string | undefined {
    return state !== undefined && state.family === this.context.stateFamily ? state.data : undefined;
  }
}
