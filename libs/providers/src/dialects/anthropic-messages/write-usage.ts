import type { JsonObject } from '../../spec/json.js';
import type { Usage } from '../../spec/usage.js';

/**
 * Writes the usage that a `message_delta` ends with. The client's SDK takes every figure for a total; what the provider
 * did not say is 0, because `input_tokens` and `output_tokens` must be numbers. Sound, which has no place of its own
 * here, counts with the rest.
 */
export function writeDeltaUsage(usage: Usage | undefined): JsonObject {
  const reasoning = usage?.reasoningTokens;
  return {
    input_tokens: (usage?.inputTokens ?? 0) + (usage?.inputAudioTokens ?? 0),
    cache_creation_input_tokens: usage?.cacheWriteTokens ?? 0,
    cache_read_input_tokens: usage?.cacheReadTokens ?? 0,
    output_tokens: (usage?.outputTokens ?? 0) + (usage?.outputAudioTokens ?? 0),
    output_tokens_details: reasoning === undefined ? null : { thinking_tokens: reasoning },
    server_tool_use: null,
  };
}

/** Writes the usage of a message. */
export function writeUsage(usage: Usage | undefined): JsonObject {
  const write = usage?.cacheWriteTokens ?? 0;
  const write1h = Math.min(usage?.cacheWrite1hTokens ?? 0, write);
  return {
    ...writeDeltaUsage(usage),
    cache_creation: { ephemeral_5m_input_tokens: write - write1h, ephemeral_1h_input_tokens: write1h },
  };
}
