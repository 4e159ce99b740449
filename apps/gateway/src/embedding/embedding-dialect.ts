import type { Dialect, InboundEmbeddingsCodec, JsonObject, ModelError, ReadAnswer } from '#providers';

/** How embeddings go through unchanged where a provider speaks the client's wire. */
export interface StraightEmbeddings {
  /** The body to send: the client's bytes but for the model. */
  encode(body: Buffer, model: string): Buffer;
  /** Reads a whole answer; never throws. */
  readAnswer(body: Buffer): ReadAnswer;
}

/** How a client's dialect asks for embeddings. */
export interface EmbeddingDialect {
  /** Names the dialect of errors and of parameters. */
  readonly dialect: Dialect;
  readonly codec: InboundEmbeddingsCodec;
  /** Where the client's wire is OpenAI's; undefined for others. */
  readonly straight?: StraightEmbeddings;
  /** The body of an error answer. */
  writeError(error: ModelError): JsonObject;
}
