import { asObject, asString, parseObject } from '../../../json/read-json.js';
import type { Json, JsonObject } from '../../../spec/json.js';
import {
  appendTurn,
  type Conversation,
  type OfferedChoice,
  type ReceivedMedium,
  type ReceivedToolResult,
  type Turn,
} from '../../model/conversation.js';
import { thinkingSchema } from '../anthropic/messages-schema.js';
import { checkThinking } from '../anthropic/read-messages-request.js';
import type { Call } from '../call.js';
import { parseBody, parseValue } from '../parse-body.js';
import { base64Medium, referredMedium } from '../received-media.js';
import { AWS_VENDOR } from './aws-vendor.js';
import { checkConverse, refuse } from './check-converse.js';
import { converseSchema, type ConverseBlock, type ConverseBody, type ConverseMessage } from './converse-schema.js';

/** Reads and checks a conversation as Bedrock does. @throws Complaint */
export function readConverseRequest(call: Call): Conversation {
  const body = parseBody(converseSchema, call, AWS_VENDOR);
  const thinking = thinkingOf(body);
  checkConverse(body, thinking !== 'none');
  const turns: Turn[] = [];
  for (const message of body.messages) addMessage(turns, message);
  return {
    systemText: (body.system ?? []).flatMap(({ text }) => text ?? []).join('\n'),
    turns,
    tools: (body.toolConfig?.tools ?? []).flatMap(({ toolSpec: spec }) =>
      spec === undefined ? [] : [{ name: spec.name, schema: spec.inputSchema.json as JsonObject }],
    ),
    toolChoice: offeredChoice(body),
    parallelCalls: true,
    outputSchema: outputSchemaOf(body),
    thinking,
    stop: body.inferenceConfig?.stopSequences ?? [],
    outputTokensMax: body.inferenceConfig?.maxTokens,
    cache: cacheOf(body),
  };
}

/** Claude's parameters travel beside Bedrock's own, and are checked as Claude's. */
function thinkingOf(body: ConverseBody): Conversation['thinking'] {
  const fields = asObject(body.additionalModelRequestFields);
  const nova = asObject(fields?.['reasoningConfig']);
  if (nova !== undefined) return nova['type'] === 'enabled' ? 'shown' : 'none';
  const given = fields?.['thinking'] ?? fields?.['reasoning_config'];
  if (given === undefined) return 'none';
  const thinking = parseValue(thinkingSchema, given, AWS_VENDOR, ['additionalModelRequestFields', 'thinking']);
  const { temperature, topP, maxTokens } = body.inferenceConfig ?? {};
  const choice = body.toolConfig?.toolChoice;
  checkThinking({
    thinking,
    temperature,
    top_p: topP,
    top_k: typeof fields?.['top_k'] === 'number' ? fields['top_k'] : undefined,
    max_tokens: maxTokens ?? Number.MAX_SAFE_INTEGER,
    tool_choice: choice?.any === undefined && choice?.tool === undefined ? undefined : { type: 'any' },
  });
  if (thinking.type !== 'enabled' && thinking.type !== 'adaptive') return 'none';
  return thinking.display === 'omitted' ? 'hidden' : 'shown';
}

function outputSchemaOf({ outputConfig }: ConverseBody): JsonObject | undefined {
  const text = outputConfig?.textFormat?.structure.jsonSchema.schema;
  if (text === undefined) return undefined;
  const schema = parseObject(text);
  if (schema === undefined)
    throw refuse('outputConfig.textFormat.structure.jsonSchema.schema must be a JSON document.');
  return schema;
}

function offeredChoice({ toolConfig }: ConverseBody): OfferedChoice {
  const { any, tool } = toolConfig?.toolChoice ?? {};
  if (tool !== undefined) return { name: tool.name };
  return any === undefined ? 'auto' : 'required';
}

function cacheOf(body: ConverseBody): Conversation['cache'] {
  const text = JSON.stringify(body);
  if (!text.includes('"cachePoint":{')) return undefined;
  return text.includes('"ttl":"1h"') ? '1h' : '5m';
}

function addMessage(turns: Turn[], { role, content }: ConverseMessage): void {
  const text = content.map((block) => block.text ?? '').join('');
  if (role === 'assistant') {
    const toolCalls = content.flatMap(({ toolUse }) =>
      toolUse === undefined
        ? []
        : [{ id: toolUse.toolUseId, name: toolUse.name, argumentsText: JSON.stringify(toolUse.input) }],
    );
    return appendTurn(turns, { role: 'assistant', text, toolCalls });
  }
  const results = content.flatMap(({ toolResult }) => (toolResult === undefined ? [] : [resultOf(toolResult)]));
  const media = content.flatMap(mediaOf);
  if (results.length > 0) appendTurn(turns, { role: 'tool', results });
  if (text !== '' || media.length > 0 || results.length === 0) appendTurn(turns, { role: 'user', text, media });
}

function resultOf({ toolUseId, content, status }: NonNullable<ConverseBlock['toolResult']>): ReceivedToolResult {
  const textOf = (json: unknown): string =>
    json === undefined ? '' : (asString(json) ?? JSON.stringify(json as Json));
  return {
    id: toolUseId,
    text: content.map(({ text, json }) => text ?? textOf(json)).join(''),
    media: content.flatMap(mediaOf),
    isError: status === 'error',
  };
}

const DOCUMENT_TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  html: 'text/html',
  txt: 'text/plain',
  md: 'text/markdown',
};

function mediaOf({ image, document, video }: Pick<ConverseBlock, 'image' | 'document' | 'video'>): ReceivedMedium[] {
  if (image !== undefined) return [mediumOf(`image/${image.format}`, image.source)];
  if (video !== undefined) return [mediumOf(`video/${video.format}`, video.source)];
  if (document === undefined) return [];
  return [mediumOf(DOCUMENT_TYPES[document.format] ?? `document/${document.format}`, document.source)];
}

function mediumOf(type: string, source: NonNullable<ConverseBlock['document']>['source']): ReceivedMedium {
  if ('s3Location' in source) return referredMedium(type, source.s3Location.uri);
  if ('text' in source) return { type, source: { byteCount: Buffer.byteLength(source.text) } };
  const medium = base64Medium(type, source.bytes);
  if (medium === undefined) throw refuse('Could not deserialize request: bytes are not valid base64.');
  return medium;
}
