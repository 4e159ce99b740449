import type { StraightWire } from '../../spec/straight-wire.js';
import { encodeResponsesRequest, type ResponsesRequest } from './responses-request.js';
import { ResponsesStreamTap } from './responses-stream-tap.js';
import { readStraightAnswer } from './straight-answer.js';

/** Passes OpenAI Responses through between a client and a provider that both speak it. */
export const openAiResponsesStraight: StraightWire<ResponsesRequest> = {
  dialect: 'openai-responses',
  encode: encodeResponsesRequest,
  createTap: () => new ResponsesStreamTap(),
  readAnswer: readStraightAnswer,
};
