import type { ProviderCodec } from '../../spec/codec.js';
import { readGeminiError } from './errors.js';
import { readGeminiAnswer } from './read-answer.js';
import { GeminiStreamReader } from './stream-reader.js';
import { writeGeminiRequest } from './write-request.js';

/** The provider's side of Gemini's API, on the Gemini API and on Vertex AI. */
export const geminiProvider: ProviderCodec = {
  dialect: 'gemini',
  writeRequest: writeGeminiRequest,
  readAnswer: readGeminiAnswer,
  createStreamReader: () => new GeminiStreamReader(),
  readError: readGeminiError,
};
