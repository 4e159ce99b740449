import OpenAI from 'openai';
import type { Connection, Embedded, RaisedError } from './sdk-client.js';

/** The classes that OpenAI's SDK raises for a status. */
export const OPENAI_ERRORS = { 400: 'BadRequestError', 401: 'AuthenticationError', 429: 'RateLimitError' };

/** OpenAI's SDK as a client of the gateway. It does not retry, so that each request is seen once. */
export function openAiClient({ url, key }: Connection): OpenAI {
  return new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
}

/** The SDK asks for base64 unless told otherwise, and decodes it. */
export async function embedWithOpenAi(connection: Connection, texts: readonly string[]): Promise<Embedded> {
  const answer = await openAiClient(connection).embeddings.create({ model: connection.model, input: [...texts] });
  return { vectors: answer.data.map(({ embedding }) => embedding), inputTokens: answer.usage.prompt_tokens };
}

/** What OpenAI's SDK raised. */
export function raisedByOpenAi(error: unknown): RaisedError | undefined {
  if (!(error instanceof OpenAI.APIError)) return undefined;
  return { name: error.constructor.name, status: error.status as number | undefined };
}
