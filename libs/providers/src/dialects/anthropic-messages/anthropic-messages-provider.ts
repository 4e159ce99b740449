import type { ProviderCodec } from '../../spec/codec.js';
import { readError } from './errors.js';
import { readAnswer } from './read-answer.js';
import { MessagesStreamReader } from './stream-reader.js';
import { writeRequest } from './write-request.js';

/** The provider's side of Anthropic's Messages API. */
export const anthropicMessagesProvider: ProviderCodec = {
  dialect: 'anthropic-messages',
  writeRequest,
  readAnswer,
  createStreamReader: () => new MessagesStreamReader(),
  readError,
};
