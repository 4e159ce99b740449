import { ANTHROPIC_COUNT_TOKENS, ANTHROPIC_MESSAGES_WIRE } from './anthropic/anthropic-messages-wire.js';
import { VERTEX_CLAUDE_COUNT_TOKENS, VERTEX_CLAUDE_WIRE } from './anthropic/vertex-claude-wire.js';
import { BEDROCK_CONVERSE_WIRE } from './bedrock/bedrock-converse-wire.js';
import { BEDROCK_INVOKE } from './bedrock/bedrock-embeddings.js';
import { GEMINI_COUNT_TOKENS, GEMINI_WIRE } from './google/gemini-wire.js';
import { GEMINI_BATCH_EMBED_CONTENTS, GEMINI_EMBED_CONTENT, VERTEX_PREDICT } from './google/google-embeddings.js';
import { OPENAI_CHAT_WIRE } from './openai/openai-chat-wire.js';
import { OPENAI_COMPLETIONS_WIRE } from './openai/openai-completions-wire.js';
import { OPENAI_EMBEDDINGS } from './openai/openai-embeddings.js';
import { openAiResponsesWire } from './openai/openai-responses-wire.js';
import type { ResponseStore } from './openai/response-store.js';
import { storedResponses } from './openai/stored-responses.js';
import type { Endpoint, Wire } from './wire.js';

type Route = readonly [method: string, pattern: RegExp, endpoint: Endpoint];

/**
 * Everything that the fake upstream serves apart from lists of models: the first that fits counts. Whatever stands before
 * the path that a vendor documents is a base path and not looked at.
 */
export function endpointsOf(store: ResponseStore): (method: string, path: string) => Endpoint | undefined {
  const routes: readonly Route[] = [
    ['POST', /\/chat\/completions$/, model(OPENAI_CHAT_WIRE)],
    ['POST', /\/completions$/, model(OPENAI_COMPLETIONS_WIRE)],
    ['POST', /\/embeddings$/, OPENAI_EMBEDDINGS],
    ['POST', /\/responses$/, model(openAiResponsesWire(store))],
    ['GET', /\/responses\/[^/]+$/, storedResponses(store, 'retrieve')],
    ['DELETE', /\/responses\/[^/]+$/, storedResponses(store, 'delete')],
    ['POST', /\/responses\/[^/]+\/cancel$/, storedResponses(store, 'cancel')],
    ['GET', /\/responses\/[^/]+\/input_items$/, storedResponses(store, 'input-items')],
    ['POST', /\/messages$/, model(ANTHROPIC_MESSAGES_WIRE)],
    ['POST', /\/messages\/count_tokens$/, ANTHROPIC_COUNT_TOKENS],
    ['POST', /\/models\/count-tokens:rawPredict$/, VERTEX_CLAUDE_COUNT_TOKENS],
    ['POST', /\/publishers\/anthropic\/models\/[^/]+:(rawPredict|streamRawPredict)$/, model(VERTEX_CLAUDE_WIRE)],
    ['POST', /\/models\/[^/]+:(generateContent|streamGenerateContent)$/, model(GEMINI_WIRE)],
    ['POST', /\/models\/[^/]+:countTokens$/, GEMINI_COUNT_TOKENS],
    ['POST', /\/models\/[^/]+:embedContent$/, GEMINI_EMBED_CONTENT],
    ['POST', /\/models\/[^/]+:batchEmbedContents$/, GEMINI_BATCH_EMBED_CONTENTS],
    ['POST', /\/models\/[^/]+:predict$/, VERTEX_PREDICT],
    ['POST', /\/model\/[^/]+\/(converse|converse-stream)$/, model(BEDROCK_CONVERSE_WIRE)],
    ['POST', /\/model\/[^/]+\/invoke$/, BEDROCK_INVOKE],
  ];
  return (method, path) => routes.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2];
}

function model(wire: Wire): Endpoint {
  return { kind: 'model', wire };
}
