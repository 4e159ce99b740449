export { readCompletionsRequest, type CompletionsRequest } from './completions-request.js';
export { openAiCompletionsInbound } from './openai-completions-inbound.js';
export { openAiCompletionsStraight } from './openai-completions-straight.js';
