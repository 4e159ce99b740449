import { asCount, parseObject } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { readMessagesRequest, type MessagesRequest } from './messages-request.js';

/**
 * Looks at a request to count tokens (`POST /v1/messages/count_tokens`) without parsing it whole. It is a Messages
 * request that asks for no answer, so it never streams; encode it with `encodeMessagesRequest`.
 *
 * @throws JsonScanError when the body is not a JSON object or says one of the members that matter twice.
 */
export function readCountTokensRequest(body: Buffer): MessagesRequest {
  return { ...readMessagesRequest(body), streams: false, maxOutputTokens: undefined, asksForStreamUsage: false };
}

/** The number in an answer to a request to count tokens; undefined when the body is no such answer. */
export function readTokenCount(body: Buffer): number | undefined {
  return asCount(parseObject(body.toString('utf8'))?.['input_tokens']);
}

/** The answer to a request to count tokens. */
export function writeTokenCount(inputTokens: number): JsonObject {
  return { input_tokens: inputTokens };
}
