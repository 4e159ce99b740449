import type { InboundCodec } from '../../spec/codec.js';
import { readRequest } from './read-request.js';
import { ResponsesStreamWriter } from './stream-writer.js';
import { writeAnswer } from './write-answer.js';
import { writeResponsesError } from './write-error.js';

/** The client's side of OpenAI Responses: reads requests, writes answers. */
export const openAiResponsesInbound: InboundCodec = {
  dialect: 'openai-responses',
  readRequest,
  writeAnswer,
  createStreamWriter: (context) => new ResponsesStreamWriter(context),
  writeError: writeResponsesError,
};
