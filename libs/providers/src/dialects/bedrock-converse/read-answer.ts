import { asList, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { Json, JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart, Citation, MediaPart, TextPart, ToolCallPart } from '../../spec/part.js';
import { readFinish } from './finish-reasons.js';
import { readCitation } from './read-citation.js';
import { readReasoning } from './read-reasoning.js';
import { readUsage } from './read-usage.js';

/** What a tool is called with when the model gave no arguments. */
const NO_ARGUMENTS: JsonObject = {};

/**
 * Reads an answer of Converse. Blocks that only Bedrock itself has a use for, such as calls of tools that it runs, are
 * left out.
 *
 * @throws AnswerUnreadableError when there is no message in the body.
 */
export function readAnswer(body: JsonObject): ModelAnswer {
  const message = asObject(asObject(body['output'])?.['message']);
  const content = asList(message?.['content']);
  if (content === undefined) throw new AnswerUnreadableError('there is no message in the answer');
  return {
    parts: content.map(readBlock).filter((part) => part !== undefined),
    finish: readFinish(body),
    usage: readUsage(body['usage']),
    ...compact({ serviceTier: asString(asObject(body['serviceTier'])?.['type']) }),
  };
}

function readBlock(value: Json): AssistantPart | undefined {
  const block = asObject(value);
  if (block === undefined) return undefined;
  const text = asNonEmptyString(block['text']);
  if (text !== undefined) return { kind: 'text', text };
  const reasoning = asObject(block['reasoningContent']);
  if (reasoning !== undefined) return readReasoning(reasoning);
  const toolUse = asObject(block['toolUse']);
  if (toolUse !== undefined) return readToolUse(toolUse);
  const cited = asObject(block['citationsContent']);
  if (cited !== undefined) return readCitedText(cited);
  const image = asObject(block['image']);
  return image === undefined ? undefined : readImage(image);
}

function readToolUse(toolUse: JsonObject): ToolCallPart | undefined {
  const callId = asNonEmptyString(toolUse['toolUseId']);
  const name = asNonEmptyString(toolUse['name']);
  if (callId === undefined || name === undefined || toolUse['type'] === 'server_tool_use') return undefined;
  return { kind: 'tool-call', callId, name, argumentsText: JSON.stringify(toolUse['input'] ?? NO_ARGUMENTS) };
}

function readCitedText(block: JsonObject): TextPart | undefined {
  const text = (asList(block['content']) ?? []).map((item) => asString(asObject(item)?.['text']) ?? '').join('');
  const citations: Citation[] = [];
  for (const item of asList(block['citations']) ?? []) {
    const citation = asObject(item);
    if (citation !== undefined) citations.push(readCitation(citation));
  }
  return text === '' ? undefined : { kind: 'text', text, citations };
}

function readImage(image: JsonObject): MediaPart | undefined {
  const base64 = asNonEmptyString(asObject(image['source'])?.['bytes']);
  if (base64 === undefined) return undefined;
  const mediaType = `image/${asString(image['format']) ?? 'png'}`;
  return { kind: 'media', medium: 'image', source: { kind: 'data', mediaType, base64 } };
}
