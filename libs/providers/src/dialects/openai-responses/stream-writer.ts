import { PartSequencer } from '../../hub/part-sequencer.js';
import type { AnswerContext, StreamWriter } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelError } from '../../spec/model-error.js';
import type { ModelEvent } from '../../spec/model-event.js';
import type { Usage } from '../../spec/usage.js';
import { writeAnswerStatus } from './finish-reasons.js';
import { FrameWriter } from './frame-writer.js';
import { toResponseId } from './item-ids.js';
import { writeErrorFields, writeFailure } from './write-error.js';
import { writeResponse, type ResponseState } from './write-response.js';
import { writeResponsesUsage } from './write-usage.js';
import { WrittenOutput } from './written-output.js';

/**
 * Writes a Responses stream: items one after the other, each announced, streamed and finished. The final event repeats
 * the whole answer, as OpenAI's does. Source: OpenAI API reference, "Streaming events".
 */
export class ResponsesStreamWriter implements StreamWriter {
  private readonly frames = new FrameWriter();
  private readonly sequencer = new PartSequencer();
  /** Set once the answer was announced. */
  private started: { readonly id: string; readonly output: WrittenOutput } | undefined;
  private usage: Usage | undefined;
  private finish: Extract<ModelEvent, { readonly kind: 'finish' }> | undefined;
  private isOver = false;

  constructor(private readonly context: AnswerContext) {}

  write(event: ModelEvent): string {
    if (this.isOver) return '';
    if (event.kind === 'error') return this.fail(event.error);
    if (event.kind === 'usage') {
      this.usage = event.usage;
      return '';
    }
    if (this.finish !== undefined) return '';
    const { output } = (this.started ??= this.start(event.kind === 'answer-start' ? event.id : undefined));
    for (const step of this.sequencer.push(event)) output.take(step);
    if (event.kind === 'finish') {
      this.finish = event;
      output.close(writeAnswerStatus(event.finish).status);
    }
    return this.frames.take();
  }

  /** Nothing when there was no `finish`: a stream that was not finished must not end like one that was. */
  end(): string {
    if (this.isOver) return '';
    this.isOver = true;
    if (this.finish === undefined) return '';
    const { status, incompleteReason } = writeAnswerStatus(this.finish.finish);
    this.frames.write(`response.${status}`, { response: this.response({ status, incompleteReason }) });
    return this.frames.take();
  }

  /**
   * Two frames, as OpenAI itself sends: the official SDKs raise `error`, the one for Node by its name and the one for
   * Python by its member `error`; Codex passes over that and raises `response.failed`.
   */
  fail(error: ModelError): string {
    if (this.isOver) return '';
    this.isOver = true;
    const fields = writeErrorFields(error);
    const { code, message, param } = fields;
    this.frames.write('error', { code, message, param, error: fields });
    const response = this.response({ status: 'failed', error: writeFailure(error) });
    this.frames.write('response.failed', { response });
    return this.frames.take();
  }

  private start(vendorId: string | undefined): { readonly id: string; readonly output: WrittenOutput } {
    const id = toResponseId(vendorId ?? this.context.fallbackId);
    const state = { status: 'in_progress', output: [], usage: null } as const;
    const response = writeResponse(id, state, this.context);
    this.frames.write('response.created', { response });
    this.frames.write('response.in_progress', { response });
    return { id, output: new WrittenOutput(this.frames, id, this.context.request.tools) };
  }

  /** The answer as it stands at its end. */
  private response(state: Pick<ResponseState, 'status' | 'error' | 'incompleteReason'>): JsonObject {
    const id = this.started?.id ?? toResponseId(this.context.fallbackId);
    const output = this.started?.output.items ?? [];
    const usage = writeResponsesUsage(this.usage);
    return writeResponse(id, { ...state, output, usage, serviceTier: this.finish?.serviceTier }, this.context);
  }
}
