import type { InboundCodec } from '../../spec/codec.js';
import { writeError } from './errors.js';
import { readRequest } from './read-request.js';
import { MessagesStreamWriter } from './stream-writer.js';
import { writeAnswer } from './write-answer.js';

/** The client's side of Anthropic's Messages API. */
export const anthropicMessagesInbound: InboundCodec = {
  dialect: 'anthropic-messages',
  readRequest,
  writeAnswer,
  createStreamWriter: (context) => new MessagesStreamWriter(context),
  writeError,
};
