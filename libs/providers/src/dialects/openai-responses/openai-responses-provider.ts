import type { ProviderCodec } from '../../spec/codec.js';
import { readResponsesError } from './errors.js';
import { readAnswer } from './read-answer.js';
import { ResponsesStreamReader } from './stream-reader.js';
import { writeRequest } from './write-request.js';

/** The provider's side of OpenAI Responses: writes requests, reads answers. */
export const openAiResponsesProvider: ProviderCodec = {
  dialect: 'openai-responses',
  writeRequest,
  readAnswer,
  createStreamReader: () => new ResponsesStreamReader(),
  readError: readResponsesError,
};
