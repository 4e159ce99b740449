import type { InboundCodec } from '../../spec/codec.js';
import { readRequest } from './read-request.js';
import { ChatStreamWriter } from './stream-writer.js';
import { writeAnswer } from './write-answer.js';
import { writeError } from './write-error.js';

/** The client's side of OpenAI chat completions. */
export const openAiChatInbound: InboundCodec = {
  dialect: 'openai-chat',
  readRequest,
  writeAnswer,
  createStreamWriter: (context) => new ChatStreamWriter(context),
  writeError,
};
