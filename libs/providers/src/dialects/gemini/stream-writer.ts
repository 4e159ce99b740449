import { PartSequencer } from '../../hub/part-sequencer.js';
import { compact } from '../../json/read-json.js';
import type { AnswerContext, StreamWriter } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { Finish } from '../../spec/model-answer.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Usage } from '../../spec/usage.js';
import { writeSseFrame } from '../../transport/sse-frame.js';
import { AnswerPartsWriter } from './answer-parts-writer.js';
import { readCallArguments } from './call-arguments.js';
import { writeGeminiError } from './errors.js';
import { GroundingWriter } from './grounding-writer.js';
import { writeLogprobs } from './logprobs.js';
import { showsThoughts, writeFinish } from './write-answer.js';
import { writeGeminiUsage } from './write-usage.js';

/** Most characters of a call's arguments; a call with more counts as malformed. */
const ARGUMENTS_CHARACTERS_MAX = 8 * 1024 * 1024;

type ToolCallStart = Extract<ModelEvent, { kind: 'tool-call-start' }>;

/**
 * Writes events as Gemini's stream: chunks of `GenerateContentResponse`, the last one with finish reason and usage.
 *
 * Function calls are whole on this wire, so arguments are kept until a call ends. There is no terminal marker.
 */
export class GeminiStreamWriter implements StreamWriter {
  private readonly sequencer = new PartSequencer();
  private readonly parts: AnswerPartsWriter;
  private readonly grounding = new GroundingWriter();
  private answerId: string;
  private call: ToolCallStart | undefined;
  private argumentsText = '';
  private brokenCalls = 0;
  private reasoningHasText = false;
  private usage: Usage | undefined;
  private finish: Finish | undefined;
  private over = false;

  constructor(private readonly context: AnswerContext) {
    this.parts = new AnswerPartsWriter(showsThoughts(context));
    this.answerId = context.fallbackId;
  }

  write(event: ModelEvent): string {
    let text = '';
    for (const ordered of this.sequencer.push(event)) {
      if (!this.over) text += this.writeOrdered(ordered);
    }
    return text;
  }

  end(): string {
    if (this.over || this.finish === undefined) return '';
    this.over = true;
    const waiting = this.parts.end();
    return this.chunk(
      compact({
        content: { parts: waiting.length === 0 ? [{ text: '' }] : waiting, role: 'model' },
        ...writeFinish(this.finish, this.brokenCalls > 0),
        index: 0,
        groundingMetadata: this.grounding.toJson(),
      }),
    );
  }

  fail(error: ModelError): string {
    if (this.over) return '';
    this.over = true;
    return writeSseFrame(writeGeminiError(error));
  }

  private writeOrdered(event: ModelEvent): string {
    switch (event.kind) {
      case 'answer-start':
        this.answerId = event.id ?? this.answerId;
        return '';
      case 'usage':
        this.usage = event.usage;
        return '';
      case 'finish':
        this.finish ??= event.finish;
        return '';
      case 'error':
        return this.fail(event.error);
      case 'tool-call-start':
        this.call = event;
        this.argumentsText = '';
        return '';
      case 'tool-call-delta':
        if (this.argumentsText.length <= ARGUMENTS_CHARACTERS_MAX) this.argumentsText += event.argumentsText;
        return '';
      case 'tool-call-end':
        return this.chunkOf(this.writeCall());
      case 'media':
        return this.chunkOf(this.parts.media(event.media));
      default:
        return this.writeRunning(event);
    }
  }

  private writeRunning(event: ModelEvent): string {
    switch (event.kind) {
      case 'text-start':
      case 'refusal-start':
        this.grounding.startText();
        return '';
      case 'text-delta':
        this.grounding.addText(event.text);
        return this.chunkOf(this.parts.text(event.text), event.logprobs);
      case 'text-citation':
        this.grounding.cite(event.citation);
        return '';
      case 'text-end':
        this.grounding.endText();
        return this.chunkOf(this.parts.textEnd(event.state));
      case 'refusal-delta':
        this.grounding.addText(event.text);
        return this.chunkOf(this.parts.text(event.text));
      case 'reasoning-start':
        this.reasoningHasText = false;
        return '';
      case 'reasoning-delta':
        this.reasoningHasText ||= event.text !== '';
        return this.chunkOf(this.parts.reasoning(event.text));
      case 'reasoning-end':
        return this.chunkOf(this.parts.reasoningEnd(event.state, this.reasoningHasText));
      default:
        return '';
    }
  }

  private writeCall(): readonly JsonObject[] {
    const { call, argumentsText } = this;
    this.call = undefined;
    if (call === undefined) return [];
    const isTooLong = argumentsText.length > ARGUMENTS_CHARACTERS_MAX;
    const args = isTooLong ? undefined : readCallArguments(argumentsText, call.freeText);
    if (args === undefined) {
      this.brokenCalls += 1;
      return [];
    }
    return this.parts.call(call.callId, call.name, args, call.state);
  }

  private chunkOf(parts: readonly JsonObject[], logprobs?: readonly JsonObject[]): string {
    if (parts.length === 0) return '';
    const logprobsResult = logprobs === undefined ? undefined : writeLogprobs(logprobs);
    return this.chunk(compact({ content: { parts, role: 'model' }, index: 0, logprobsResult }));
  }

  private chunk(candidate: JsonObject): string {
    const usageMetadata = this.over && this.usage !== undefined ? writeGeminiUsage(this.usage) : undefined;
    return writeSseFrame(
      compact({
        candidates: [candidate],
        usageMetadata,
        modelVersion: this.context.model,
        responseId: this.answerId,
      }),
    );
  }
}
