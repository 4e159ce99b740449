import type { StraightWire } from '../../spec/straight-wire.js';
import { readChatAnswer } from './chat-answer.js';
import { encodeChatRequest, usageChunkIsOurs, type ChatRequest } from './chat-request.js';
import { ChatStreamTap } from './chat-stream-tap.js';

/** OpenAI chat completions from end to end, as they are. */
export const openAiChatStraight: StraightWire<ChatRequest> = {
  dialect: 'openai-chat',
  encode: encodeChatRequest,
  createTap: (request) => new ChatStreamTap({ withholdUsageChunk: usageChunkIsOurs(request) }),
  readAnswer: readChatAnswer,
};
