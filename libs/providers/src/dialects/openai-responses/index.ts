export { openAiResponsesInbound } from './openai-responses-inbound.js';
export { openAiResponsesProvider } from './openai-responses-provider.js';
export { openAiResponsesStraight } from './openai-responses-straight.js';
export { readResponsesRequest, type ResponsesRequest } from './responses-request.js';
export { ResponsesStreamTap } from './responses-stream-tap.js';
