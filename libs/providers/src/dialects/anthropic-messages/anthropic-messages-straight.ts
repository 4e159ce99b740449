import type { StraightWire } from '../../spec/straight-wire.js';
import { encodeMessagesRequest, type MessagesRequest } from './messages-request.js';
import { MessagesStreamTap } from './messages-stream-tap.js';
import { peekAnswer } from './peek-answer.js';

/** Anthropic Messages on both sides: bytes pass unchanged, usage is read in passing. */
export const anthropicMessagesStraight: StraightWire<MessagesRequest> = {
  dialect: 'anthropic-messages',
  encode: encodeMessagesRequest,
  createTap: () => new MessagesStreamTap(),
  readAnswer: peekAnswer,
};
