export { readChatAnswer, type ChatAnswer } from './chat-answer.js';
export { encodeChatRequest, readChatRequest, usageChunkIsOurs, type ChatRequest } from './chat-request.js';
export { ChatStreamTap, type ChatStreamTapOptions } from './chat-stream-tap.js';
export { readChatUsage } from './chat-usage.js';
export { openAiChatInbound } from './openai-chat-inbound.js';
export { openAiChatProvider } from './openai-chat-provider.js';
export { openAiChatStraight } from './openai-chat-straight.js';
