import type { StraightWire } from '../../spec/straight-wire.js';
import { readChatAnswer } from '../openai-chat/chat-answer.js';
import { encodeChatRequest, usageChunkIsOurs } from '../openai-chat/chat-request.js';
import { ChatStreamTap } from '../openai-chat/chat-stream-tap.js';
import type { CompletionsRequest } from './completions-request.js';

const CARRIES_TEXT = /"text"\s*:\s*"[^"]/;

/** OpenAI's legacy completions from end to end, as they are. But for its text the format is that of chat. */
export const openAiCompletionsStraight: StraightWire<CompletionsRequest> = {
  dialect: 'openai-completions',
  encode: encodeChatRequest,
  createTap: (request) =>
    new ChatStreamTap({ withholdUsageChunk: usageChunkIsOurs(request), carriesContent: CARRIES_TEXT }),
  readAnswer: readChatAnswer,
};
