import { asList, asNonEmptyString, asObject, asString, compact, parseObject } from '../../json/read-json.js';
import type { StreamReader } from '../../spec/codec.js';
import type { Json, JsonObject } from '../../spec/json.js';
import type { Finish } from '../../spec/model-answer.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Citation, MediaPart } from '../../spec/part.js';
import type { StreamFrame } from '../../spec/stream-frame.js';
import { readChunkUsage } from './chunk-usage.js';
import { readAnnotations, readSources } from './citations.js';
import { EventSink } from './event-sink.js';
import { isFailureWord, readFinish } from './finish-reasons.js';
import { readGoogleState } from './google-state.js';
import { objectsOf } from './objects-of.js';
import { ProseParts } from './prose-parts.js';
import { readErrorValue } from './read-error.js';
import { readLogprobs } from './read-logprobs.js';
import { readMadeImages } from './read-made-media.js';
import { readReasoningDetail, readThinkingPart, type ReasoningDetail } from './reasoning-details.js';
import { SpokenAudio } from './spoken-audio.js';
import { ToolCallParts } from './tool-call-parts.js';

const DONE = '[DONE]';
const NOTHING: readonly ModelEvent[] = [];

/**
 * Reads a chat stream of OpenAI or a vendor of its format, oddities included. Of several choices the first is read.
 *
 * `[DONE]` ends an answer whose vendor gave no finish reason; without either the answer was cut and has no `finish`.
 */
export class ChatStreamReader implements StreamReader {
  private readonly sink = new EventSink();
  private readonly prose = new ProseParts(this.sink);
  private readonly toolCalls = new ToolCallParts(this.sink, () => this.prose.close());
  private readonly audio = new SpokenAudio();
  private state: 'silent' | 'reading' | 'finished' | 'failed' = 'silent';
  private answerId: string | undefined;
  private cited = false;

  read({ event, data }: StreamFrame): readonly ModelEvent[] {
    if (this.state === 'failed') return NOTHING;
    if (data.length < 16 && data.trim() === DONE) {
      if (this.state === 'reading') this.finish({ reason: this.toolCalls.any ? 'tool-calls' : 'stop' });
      return this.sink.take();
    }
    const chunk = parseObject(data);
    if (chunk === undefined) return NOTHING;
    // An error behind the finish takes nothing back.
    if (!isError(chunk, event)) this.take(chunk);
    else if (this.state !== 'finished') this.fail(readErrorValue(chunk));
    return this.sink.take();
  }

  end(): readonly ModelEvent[] {
    // A finish has ended every part; without one the answer was cut, and nothing of it is ended.
    return NOTHING;
  }

  private take(chunk: JsonObject): void {
    const choices = objectsOf(chunk['choices']);
    const choice = choices.find(({ index }) => index === 0 || index === undefined);
    if (choice !== undefined && this.state !== 'finished') this.takeChoice(chunk, choice);
    const usage = readChunkUsage(chunk);
    if (usage !== undefined && this.state !== 'failed') this.sink.emit({ kind: 'usage', usage });
  }

  private takeChoice(chunk: JsonObject, choice: JsonObject): void {
    if (this.state === 'silent') this.start(chunk);
    const delta = asObject(choice['delta']) ?? asObject(choice['message']);
    if (delta !== undefined) this.takeDelta(delta, choice);
    const word = asNonEmptyString(choice['finish_reason']);
    if (word === undefined) return;
    if (isFailureWord(word)) {
      this.fail(brokenOff(word));
      return;
    }
    if (!this.cited) this.cite(readSources(chunk['citations']));
    const stopSequence = asNonEmptyString(choice['stop_reason']);
    const finish = compact({ ...readFinish(word, this.toolCalls.any), stopSequence });
    this.finish(finish, asNonEmptyString(chunk['service_tier']));
  }

  private start(chunk: JsonObject): void {
    this.state = 'reading';
    this.answerId = asNonEmptyString(chunk['id']);
    const model = asNonEmptyString(chunk['model']);
    this.sink.emit(compact({ kind: 'answer-start' as const, id: this.answerId, model }));
  }

  private takeDelta(delta: JsonObject, choice: JsonObject): void {
    this.takeReasoning(delta);
    this.takeContent(delta['content'], choice);
    this.cite(readAnnotations(delta['annotations']));
    this.prose.refusal(asString(delta['refusal']) ?? '');
    this.takeImages(readMadeImages(delta['images']));
    this.takeAudio(asObject(delta['audio']));
    const state = readGoogleState(delta);
    if (state !== undefined) this.prose.textState(state);
    this.toolCalls.push(objectsOf(delta['tool_calls']), this.answerId);
    const legacy = asObject(delta['function_call']);
    if (legacy !== undefined) this.toolCalls.push([{ function: legacy }], this.answerId);
  }

  /** Vendors that give entries often give the same words in plain as well. */
  private takeReasoning(delta: JsonObject): void {
    const details = (asList(delta['reasoning_details']) ?? [])
      .map(readReasoningDetail)
      .filter((detail) => detail !== undefined);
    if (details.every(({ text }) => text === '')) {
      this.takePlainReasoning(asNonEmptyString(delta['reasoning_content']) ?? asNonEmptyString(delta['reasoning']));
    }
    for (const detail of details) this.prose.reasoning(detail);
  }

  private takeContent(content: Json | undefined, choice: JsonObject): void {
    if (typeof content === 'string') {
      this.prose.text(content, readLogprobs(choice));
      return;
    }
    for (const part of asList(content) ?? []) {
      const thinking = readThinkingPart(part);
      const fields = asObject(part);
      if (thinking !== undefined) {
        for (const { text, state } of thinking) this.prose.reasoning(plainReasoning(text, state));
      } else if (fields?.['type'] === 'image_url') this.takeImages(readMadeImages([part]));
      else this.prose.text(asString(part) ?? asString(fields?.['text']) ?? '', undefined);
    }
  }

  private takePlainReasoning(text: string | undefined): void {
    if (text !== undefined) this.prose.reasoning(plainReasoning(text, undefined));
  }

  private cite(citations: readonly Citation[]): void {
    this.cited ||= citations.length > 0;
    for (const citation of citations) this.prose.citation(citation);
  }

  private takeImages(images: readonly MediaPart[]): void {
    for (const media of images) {
      this.prose.close();
      this.sink.emit({ kind: 'media', part: this.sink.nextPart(), media });
    }
  }

  private takeAudio(audio: JsonObject | undefined): void {
    const data = asNonEmptyString(audio?.['data']);
    if (data !== undefined) this.audio.push(data);
    this.prose.text(asString(audio?.['transcript']) ?? '', undefined);
  }

  private finish(finish: Finish, serviceTier?: string): void {
    this.state = 'finished';
    this.prose.close();
    this.toolCalls.close();
    const media = this.audio.whole();
    if (media !== undefined) this.sink.emit({ kind: 'media', part: this.sink.nextPart(), media });
    this.sink.emit(compact({ kind: 'finish' as const, finish, serviceTier }));
  }

  private fail(error: ModelError): void {
    this.state = 'failed';
    this.sink.emit({ kind: 'error', error });
  }
}

function plainReasoning(text: string, state: ReasoningDetail['state']): ReasoningDetail {
  return { text, state, id: undefined, index: undefined };
}

/** An error is wrapped in `error`, named by its event, or marked by its `object`. */
function isError(chunk: JsonObject, event: string | undefined): boolean {
  const { error } = chunk;
  if (typeof error === 'object' ? error !== null : typeof error === 'string' && error !== '') return true;
  return event === 'error' || chunk['object'] === 'error';
}

function brokenOff(word: string): ModelError {
  const message = `The provider broke its answer off: ${word}.`;
  if (word === 'insufficient_system_resource') return { kind: 'overloaded', status: 503, message };
  return { kind: 'server', status: 502, message };
}
