import type { AnswerContext, StreamWriter } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import { ChunkFrames } from '../openai-chat/chunk-frames.js';
import { COMPLETION_ID_PREFIX, writeFinish } from './answer-text.js';

const FORMAT = { object: 'text_completion', idPrefix: COMPLETION_ID_PREFIX };

/** Writes a stream of legacy completions: pieces of text, a chunk with the finish reason, usage if asked, `[DONE]`. */
export class CompletionsStreamWriter implements StreamWriter {
  private readonly frames: ChunkFrames;
  private refuses = false;

  constructor(context: AnswerContext) {
    this.frames = new ChunkFrames(FORMAT, context);
  }

  write(event: ModelEvent): string {
    if (event.kind === 'usage') this.frames.keepUsage(event.usage);
    if (!this.frames.open) return '';
    switch (event.kind) {
      case 'answer-start':
        this.frames.begin(event.id);
        return '';
      case 'text-delta':
        return this.writeText(event.text);
      case 'refusal-delta':
        this.refuses = true;
        return this.writeText(event.text);
      case 'finish':
        return this.frames.finish(choiceOf('', writeFinish(event.finish, this.refuses)), event.serviceTier);
      case 'error':
        return this.fail(event.error);
      default:
        return '';
    }
  }

  end(): string {
    return this.frames.end();
  }

  fail(error: ModelError): string {
    return this.frames.fail(error);
  }

  private writeText(text: string): string {
    return text === '' ? '' : this.frames.choice(choiceOf(text, null));
  }
}

function choiceOf(text: string, finishReason: string | null): JsonObject {
  return { text, index: 0, logprobs: null, finish_reason: finishReason };
}
