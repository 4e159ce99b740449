import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart, TextPart } from '../../spec/part.js';
import type { ProviderState } from '../../spec/provider-state.js';
import { writeAnnotation } from './annotations.js';
import { toClientCall } from './client-call.js';
import { writeAnswerStatus } from './finish-reasons.js';
import { itemId, toResponseId, type ItemPrefix } from './item-ids.js';
import { imageItem, messageItem, outputText, reasoningItem, refusalContent, toolCallItem } from './output-items.js';
import { writeResponse } from './write-response.js';
import { writeResponsesUsage } from './write-usage.js';

/** Writes a whole answer: the `response` object that OpenAI answers with. */
export function writeAnswer(answer: ModelAnswer, context: AnswerContext): JsonObject {
  const id = toResponseId(answer.id ?? context.fallbackId);
  const { status, incompleteReason } = writeAnswerStatus(answer.finish);
  const output = new OutputWriter(id, answer, context).write();
  const last = output.at(-1);
  // Only the end of what was said can be missing.
  if (status === 'incomplete' && last !== undefined) output.splice(-1, 1, { ...last, status });
  const { serviceTier } = answer;
  const usage = writeResponsesUsage(answer.usage);
  return writeResponse(id, { status, incompleteReason, output, usage, serviceTier }, context);
}

/** Puts the parts of an answer into items; texts and refusals that follow each other share a message. */
class OutputWriter {
  private readonly items: JsonObject[] = [];
  private content: JsonObject[] = [];
  private logprobs: readonly JsonObject[];

  constructor(
    private readonly responseId: string,
    private readonly answer: ModelAnswer,
    private readonly context: AnswerContext,
  ) {
    this.logprobs = answer.logprobs ?? [];
  }

  write(): JsonObject[] {
    for (const part of this.answer.parts) this.writePart(part);
    this.flushMessage();
    return this.items;
  }

  private writePart(part: AssistantPart): void {
    switch (part.kind) {
      case 'text':
        this.writeState(part.state);
        this.content.push(this.writeText(part));
        break;
      case 'refusal':
        this.content.push(refusalContent(part.text));
        break;
      case 'reasoning':
        this.add('rs', (id) => reasoningItem(id, { text: part.text, state: part.state }, 'completed'));
        break;
      case 'tool-call': {
        this.writeState(part.state);
        const call = toClientCall(part, this.context.request.tools);
        const text = call.toClientText(part.argumentsText);
        this.add(call.idPrefix, (id) => toolCallItem(id, call, text, 'completed'));
        break;
      }
      case 'media':
        // There is an item for images only, and it holds their bytes.
        if (part.medium !== 'image' || part.source.kind !== 'data') break;
        this.add('ig', (id) => imageItem(id, part, 'completed'));
        break;
      case 'unknown':
        break;
    }
  }

  /** Log probabilities are those of the whole answer's text; they go with the first of it. */
  private writeText({ text, citations = [] }: TextPart): JsonObject {
    const annotations = citations
      .map((citation) => writeAnnotation(citation, text.length))
      .filter((annotation) => annotation !== undefined);
    const { logprobs } = this;
    this.logprobs = [];
    return outputText(text, annotations, logprobs);
  }

  /** A state that another vendor ties to a text or a call stands just before it, as reasoning of which nothing shows. */
  private writeState(state: ProviderState | undefined): void {
    if (state !== undefined) this.add('rs', (id) => reasoningItem(id, { text: '', state }, 'completed'));
  }

  private add(prefix: ItemPrefix, write: (id: string) => JsonObject): void {
    this.flushMessage();
    this.items.push(write(itemId(prefix, this.responseId, this.items.length)));
  }

  private flushMessage(): void {
    const { content } = this;
    if (content.length === 0) return;
    this.content = [];
    this.items.push(messageItem(itemId('msg', this.responseId, this.items.length), content, 'completed'));
  }
}
