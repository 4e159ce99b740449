import type { WriteContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { AssistantMessage, Message, ToolMessage, UserMessage } from '../../spec/model-request.js';
import type { UserPart } from '../../spec/part.js';
import { dropCacheMarks } from './drop-cache-marks.js';
import { addMissingSignatures } from './missing-signatures.js';
import { traitsOf } from './model-traits.js';
import { writeFunctionResult } from './write-function-result.js';
import { writeMedia } from './write-media.js';
import { writeModelParts } from './write-model-parts.js';
import { writeUnknownPart } from './write-unknown-part.js';

/** A content being written. Function responses stay apart from what the user says: Gemini 3 refuses them mixed. */
interface WrittenContent {
  readonly kind: 'user' | 'model' | 'responses';
  readonly parts: JsonObject[];
}

/**
 * Writes all messages but the system's as `contents`. Neighbours of the same kind become one content: Gemini wants the
 * responses to all calls of a turn together.
 *
 * @throws UnsupportedFieldError for content that cannot be carried.
 */
export function writeContents(messages: readonly Message[], context: WriteContext): readonly JsonObject[] {
  return new ContentsWriter(context).write(messages);
}

class ContentsWriter {
  private readonly contents: WrittenContent[] = [];
  /** Media of tool results that wait for the end of the responses. */
  private beside: JsonObject[] = [];
  private readonly nameByCallId = new Map<string, string>();
  /** Index of the content with which the current turn begins: the last one in which the user speaks. */
  private turnStart = 0;

  constructor(private readonly context: WriteContext) {}

  write(messages: readonly Message[]): readonly JsonObject[] {
    for (const message of messages) {
      if (message.role === 'tool') this.addResults(message);
      else if (message.role === 'user') this.addUser(message);
      else if (message.role === 'assistant') this.addModel(message);
    }
    this.releaseMedia();
    const { context, contents } = this;
    if (context.stateFamily === 'gemini' && traitsOf(context.model).isThirdGeneration) {
      addMissingSignatures(contents.slice(this.turnStart).filter(({ kind }) => kind === 'model'));
    }
    return contents.map(({ kind, parts }) => ({ role: kind === 'model' ? 'model' : 'user', parts }));
  }

  private addUser(message: UserMessage): void {
    if (message.name !== undefined) this.dropName();
    this.releaseMedia();
    // Google refuses an empty text.
    const said = message.parts.filter((part) => part.kind !== 'text' || part.text !== '');
    if (said.length === 0) return;
    this.add(
      'user',
      said.map((part) => this.writeUserPart(part)),
    );
    this.turnStart = this.contents.length - 1;
  }

  private addModel(message: AssistantMessage): void {
    if (message.name !== undefined) this.dropName();
    this.releaseMedia();
    for (const part of message.parts) {
      if (part.kind === 'tool-call') this.nameByCallId.set(part.callId, part.name);
    }
    const parts = writeModelParts(message.parts, this.context);
    if (parts.length > 0) this.add('model', parts);
  }

  private addResults(message: ToolMessage): void {
    for (const result of message.parts) {
      // The name is wanted by Google; a result whose call is not in the conversation has none that we could know.
      const name = result.name ?? this.nameByCallId.get(result.callId) ?? 'tool';
      const { part, beside } = writeFunctionResult(result, name, this.context);
      dropCacheMarks([result, ...result.content], this.context.losses);
      this.add('responses', [part]);
      this.beside.push(...beside);
    }
  }

  private releaseMedia(): void {
    const { beside } = this;
    this.beside = [];
    if (beside.length > 0) this.add('user', beside);
  }

  private writeUserPart(part: UserPart): JsonObject {
    if (part.kind === 'unknown') return writeUnknownPart(part);
    dropCacheMarks([part], this.context.losses);
    return part.kind === 'text' ? { text: part.text } : writeMedia(part, this.context);
  }

  private add(kind: WrittenContent['kind'], parts: readonly JsonObject[]): void {
    const last = this.contents.at(-1);
    if (last?.kind === kind) last.parts.push(...parts);
    else this.contents.push({ kind, parts: [...parts] });
  }

  private dropName(): void {
    this.context.losses.drop('messages.name', 'Gemini has no names for participants');
  }
}
