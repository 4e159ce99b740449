import type { ProviderCodec } from '../../spec/codec.js';
import { readAnswer } from './read-answer.js';
import { readError } from './read-error.js';
import { ChatStreamReader } from './stream-reader.js';
import { writeRequest } from './write-request.js';

/** The provider's side of OpenAI chat completions, of OpenAI and of every vendor of its format. */
export const openAiChatProvider: ProviderCodec = {
  dialect: 'openai-chat',
  writeRequest,
  readAnswer,
  createStreamReader: () => new ChatStreamReader(),
  readError,
};
