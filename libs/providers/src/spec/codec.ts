import type { Dialect } from './dialect.js';
import type { JsonObject } from './json.js';
import type { LossReport } from './loss-report.js';
import type { ModelAnswer } from './model-answer.js';
import type { ModelCapabilities } from './model-capabilities.js';
import type { ModelError } from './model-error.js';
import type { ModelEvent } from './model-event.js';
import type { ModelRequest } from './model-request.js';
import type { StateFamily } from './provider-state.js';
import type { StreamFrame } from './stream-frame.js';

/** What a writer of requests needs to know besides the request. */
export interface WriteContext {
  /** The model as the provider knows it. */
  readonly model: string;
  /** Whose states this model understands; states of others are left out. */
  readonly stateFamily: StateFamily | undefined;
  readonly capabilities: ModelCapabilities;
  /** Where to report what could not be carried. */
  readonly losses: LossReport;
}

/** What a writer of answers needs to know besides the answer. */
export interface AnswerContext {
  /** Id for an answer whose vendor gave none; unique per answer, characters `[A-Za-z0-9_-]`. */
  readonly fallbackId: string;
  /** The model that the client is told: the name that it asked for. */
  readonly model: string;
  /** When the answer began, in seconds since the epoch. */
  readonly createdAtSeconds: number;
  /** The inbound request, where the dialect repeats parts of it in its answers. */
  readonly request: ModelRequest;
  /** True when the client asked for usage on a chat stream. */
  readonly reportsStreamUsage: boolean;
  /** Names that could not be carried, for dialects that tell them in the body; sorted. */
  readonly dropped: readonly string[];
}

/** Turns a provider's frames into events. One reader serves one stream; it never throws. */
export interface StreamReader {
  /** The events of one frame; none for a ping, a comment or something unknown. */
  read(frame: StreamFrame): readonly ModelEvent[];
  /** The events that end of stream adds: parts left open are ended only if the answer was finished. */
  end(): readonly ModelEvent[];
}

/**
 * Turns events into bytes for a client. One writer serves one stream.
 *
 * Whatever the order of its input, what it wrote obeys the dialect's grammar: one start, dense indexes, one end, nothing
 * after an error.
 */
export interface StreamWriter {
  /** The text to send for one event, possibly none. */
  write(event: ModelEvent): string;
  /** The text that ends a finished stream; call it once, after `finish`. */
  end(): string;
  /** The text that ends a stream which cannot be completed; nothing may follow. */
  fail(error: ModelError): string;
}

/** The client's side of a dialect: reads requests, writes answers. */
export interface InboundCodec {
  readonly dialect: Dialect;
  /** @throws RequestUnreadableError for a body that the dialect itself would refuse. */
  readRequest(body: JsonObject): ModelRequest;
  writeAnswer(answer: ModelAnswer, context: AnswerContext): JsonObject;
  createStreamWriter(context: AnswerContext): StreamWriter;
  /** The body of an error answer. */
  writeError(error: ModelError): JsonObject;
}

/** The provider's side of a dialect: writes requests, reads answers. */
export interface ProviderCodec {
  readonly dialect: Dialect;
  /** @throws UnsupportedFieldError when leaving something out would change what the request means. */
  writeRequest(request: ModelRequest, context: WriteContext): JsonObject;
  /** @throws AnswerUnreadableError when the body is no answer. */
  readAnswer(body: JsonObject): ModelAnswer;
  createStreamReader(): StreamReader;
  /** Reads a provider's error answer; never throws, whatever the body is. */
  readError(status: number, body: Buffer): ModelError;
}
