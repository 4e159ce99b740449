import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelError } from '../../spec/model-error.js';
import type { Usage } from '../../spec/usage.js';
import { writeSseFrame } from '../../transport/sse-frame.js';
import { writeErrorFrame } from './write-error.js';
import { writeExtraFields } from './write-extra-fields.js';
import { writeUsage } from './write-usage.js';

/** What tells the chunks of one OpenAI format from those of another. */
export interface ChunkFormat {
  /** The chunks' `object`. */
  readonly object: string;
  /** What OpenAI's ids of such answers begin with. */
  readonly idPrefix: string;
}

/**
 * Writes the chunks of one OpenAI stream around their choices: the members that all share, the usage chunk, and the end.
 *
 * A stream has one finish and one end; nothing is written after its end or its error.
 */
export class ChunkFrames {
  private id: string | undefined;
  private usage: Usage | undefined;
  private state: 'open' | 'finished' | 'ended' = 'open';

  constructor(
    private readonly format: ChunkFormat,
    private readonly context: AnswerContext,
  ) {}

  /** True until the stream is finished, ended or failed. */
  get open(): boolean {
    return this.state === 'open';
  }

  /** Takes the answer's id; it counts only before the first chunk, since all chunks have the same. */
  begin(id: string | undefined): void {
    this.id ??= id;
  }

  /** Keeps what the answer consumed until it is written; the last one counts. */
  keepUsage(usage: Usage): void {
    this.usage = usage;
  }

  /** One chunk with one choice. */
  choice(choice: JsonObject): string {
    return this.frame([choice], this.context.reportsStreamUsage ? { usage: null } : {});
  }

  /** The chunk with the finish reason; it tells what was dropped, unless a usage chunk follows that does. */
  finish(choice: JsonObject, serviceTier: string | undefined): string {
    this.state = 'finished';
    const { reportsStreamUsage } = this.context;
    return this.frame([choice], {
      ...(reportsStreamUsage ? { usage: null } : { extra_fields: writeExtraFields(this.context) }),
      service_tier: serviceTier,
    });
  }

  /** What ends a finished stream: the usage chunk, when the client asked for it, and the terminal marker. */
  end(): string {
    if (this.state !== 'finished') return '';
    this.state = 'ended';
    return this.usageChunk() + writeSseFrame('[DONE]');
  }

  /** What ends a stream that cannot be completed. It has no terminal marker, which would make it look whole. */
  fail(error: ModelError): string {
    if (this.state === 'ended') return '';
    this.state = 'ended';
    return writeErrorFrame(error);
  }

  private usageChunk(): string {
    const extraFields = writeExtraFields(this.context);
    if (!this.context.reportsStreamUsage || (this.usage === undefined && extraFields === undefined)) return '';
    const usage = this.usage === undefined ? null : writeUsage(this.usage);
    return this.frame([], { usage, extra_fields: extraFields });
  }

  private frame(choices: readonly JsonObject[], members: JsonObject): string {
    const { fallbackId, createdAtSeconds, model } = this.context;
    this.id ??= this.format.idPrefix + fallbackId;
    const head = { id: this.id, object: this.format.object, created: createdAtSeconds, model };
    return writeSseFrame({ ...head, choices, ...members });
  }
}
