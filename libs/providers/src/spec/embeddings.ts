import type { JsonObject } from './json.js';
import type { LossReport } from './loss-report.js';
import type { ModelError } from './model-error.js';

/** What is to be embedded: text, or tokens that the client counted itself. */
export type EmbeddingInput = string | readonly number[];

/** A request for embeddings, in no vendor's words. */
export interface EmbeddingsRequest {
  readonly inputs: readonly EmbeddingInput[];
  readonly dimensions?: number;
  /** How the client wants vectors written. */
  readonly encoding: 'float' | 'base64';
  readonly user?: string;
  /** What the vectors are for, in Gemini's words (`RETRIEVAL_QUERY`). */
  readonly taskType?: string;
  /** The document's title (Gemini). */
  readonly title?: string;
  /** Other names of the inbound body, for the loss report. */
  readonly unknownNames: readonly string[];
}

/** Vectors, in the order of the inputs. */
export interface EmbeddingsAnswer {
  readonly vectors: readonly (readonly number[])[];
  /** Undefined when the vendor did not say. */
  readonly inputTokens: number | undefined;
}

/** The provider's side of embeddings. */
export interface ProviderEmbeddingsCodec {
  /** Most inputs of one call. */
  readonly inputsMax: number;
  /** @throws UnsupportedFieldError when leaving something out would change what the request means. */
  writeRequest(
    request: EmbeddingsRequest,
    context: { readonly model: string; readonly losses: LossReport },
  ): JsonObject;
  /** @throws AnswerUnreadableError when the body is no answer. */
  readAnswer(body: JsonObject): EmbeddingsAnswer;
  /** Reads a provider's error answer; never throws. */
  readError(status: number, body: Buffer): ModelError;
}

/** The client's side of embeddings. */
export interface InboundEmbeddingsCodec {
  /** @throws RequestUnreadableError for a body that the dialect itself would refuse. */
  readRequest(body: JsonObject): EmbeddingsRequest;
  writeAnswer(
    answer: EmbeddingsAnswer,
    context: { readonly model: string; readonly request: EmbeddingsRequest },
  ): JsonObject;
}
