import { asNonEmptyString, asObject, compact } from '../../json/read-json.js';
import type { StreamReader } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { modelErrorOf } from './errors.js';
import { blockedPromptFinish, readGeminiFinish } from './finish-reasons.js';
import { readLogprobs } from './logprobs.js';
import { firstCandidate, partsOf } from './read-answer.js';
import { readAnswerPart } from './read-answer-part.js';
import { readChunks } from './read-chunks.js';
import { readCitations } from './read-citations.js';
import { readGeminiUsage } from './read-usage.js';
import { StreamParts } from './stream-parts.js';

/** Most characters of an answer's text that are kept to turn Google's byte ranges into characters. */
const TEXT_CHARACTERS_MAX = 4 * 1024 * 1024;

/**
 * Reads Gemini's stream into events.
 *
 * The finish is told at the end of the stream, because a chunk with a finish reason is not always the last one that
 * carries content.
 */
export class GeminiStreamReader implements StreamReader {
  private events: ModelEvent[] = [];
  private readonly parts = new StreamParts((event) => this.events.push(event));
  private answerId: string | undefined;
  private started = false;
  /** Told its finish or an error; nothing follows. */
  private over = false;
  private finishReason: string | undefined;
  private blockReason: string | undefined;
  private serviceTier: string | undefined;
  private text = '';
  private readonly cited = new Set<string>();

  read(frame: StreamFrame): readonly ModelEvent[] {
    for (const chunk of readChunks(frame.data)) {
      if (!this.over) this.readChunk(chunk);
    }
    return this.takeEvents();
  }

  end(): readonly ModelEvent[] {
    const { finishReason, blockReason, serviceTier } = this;
    if (this.over || (finishReason === undefined && blockReason === undefined)) return [];
    this.over = true;
    this.parts.end();
    const finish =
      finishReason === undefined && blockReason !== undefined
        ? blockedPromptFinish(blockReason)
        : readGeminiFinish(finishReason, this.parts.calls > 0);
    this.events.push(compact({ kind: 'finish' as const, finish, serviceTier }) as ModelEvent);
    return this.takeEvents();
  }

  private readChunk(chunk: JsonObject): void {
    const error = chunk['error'];
    if (error !== undefined && error !== null) {
      this.over = true;
      this.events.push({ kind: 'error', error: modelErrorOf(asObject(error) ?? { message: error }) });
      return;
    }
    this.start(chunk);
    const candidate = firstCandidate(chunk);
    if (candidate !== undefined) this.readCandidate(candidate);
    this.blockReason ??= asNonEmptyString(asObject(chunk['promptFeedback'])?.['blockReason']);
    const usage = readGeminiUsage(chunk['usageMetadata']);
    if (usage !== undefined) this.events.push({ kind: 'usage', usage });
    this.serviceTier ??= asNonEmptyString(asObject(chunk['usageMetadata'])?.['serviceTier']);
  }

  private start(chunk: JsonObject): void {
    this.answerId ??= asNonEmptyString(chunk['responseId']);
    if (this.started) return;
    this.started = true;
    const model = asNonEmptyString(chunk['modelVersion']);
    this.events.push(compact({ kind: 'answer-start' as const, id: this.answerId, model }) as ModelEvent);
  }

  private readCandidate(candidate: JsonObject): void {
    const { parts } = this;
    // They are those of the chunk's whole text; its first piece carries them.
    let logprobs = readLogprobs(candidate['logprobsResult']);
    for (const value of partsOf(candidate)) {
      const part = readAnswerPart(value);
      if (part === undefined || part.kind === 'unknown') continue;
      if (part.kind === 'call') parts.call(part.call, part.state, this.answerId);
      else if (part.kind === 'media') parts.media(part.media, part.state);
      else if (part.kind === 'reasoning') parts.run('reasoning', part.text, part.state);
      else {
        parts.run('text', part.text, part.state, logprobs);
        if (part.text !== '') logprobs = undefined;
        if (this.text.length < TEXT_CHARACTERS_MAX) this.text += part.text;
      }
    }
    this.cite(candidate);
    this.finishReason = asNonEmptyString(candidate['finishReason']) ?? this.finishReason;
  }

  /** Citations stand inside of their part: behind the end of the last text there is no place for them. */
  private cite(candidate: JsonObject): void {
    const part = this.parts.openText;
    if (part === undefined) return;
    for (const { citation } of readCitations(candidate, () => this.text)) {
      // Chunks may repeat what earlier ones cited.
      const key = JSON.stringify([citation.url, citation.title, citation.start, citation.end]);
      if (this.cited.has(key)) continue;
      this.cited.add(key);
      this.events.push({ kind: 'text-citation', part, citation });
    }
  }

  private takeEvents(): readonly ModelEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}
