import type { InboundCodec } from '../../spec/codec.js';
import { writeError } from '../openai-chat/write-error.js';
import { readRequest } from './read-request.js';
import { CompletionsStreamWriter } from './stream-writer.js';
import { writeAnswer } from './write-answer.js';

/** The client's side of OpenAI's legacy completions. */
export const openAiCompletionsInbound: InboundCodec = {
  dialect: 'openai-completions',
  readRequest,
  writeAnswer,
  createStreamWriter: (context) => new CompletionsStreamWriter(context),
  writeError,
};
