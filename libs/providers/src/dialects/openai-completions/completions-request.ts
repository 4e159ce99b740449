import { readChatRequest, type ChatRequest } from '../openai-chat/chat-request.js';

/** What the gateway needs to know of a legacy completions request: the same members as of a chat request. */
export type CompletionsRequest = ChatRequest;

/**
 * Looks at a completions request without parsing it whole.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readCompletionsRequest(body: Buffer): CompletionsRequest {
  return readChatRequest(body);
}
