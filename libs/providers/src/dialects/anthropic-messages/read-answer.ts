import { asList, asNonEmptyString, asObject, asString, compact } from '../../json/read-json.js';
import type { JsonObject } from '../../spec/json.js';
import { AnswerUnreadableError } from '../../spec/loss-report.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart } from '../../spec/part.js';
import { readCitations } from './citations.js';
import { readFinish } from './finish-reasons.js';
import { readUsage } from './read-usage.js';
import { readRedactedData, readThinkingBlock } from './reasoning-block.js';

/**
 * Reads a whole message.
 *
 * @throws AnswerUnreadableError when the body is no message.
 */
export function readAnswer(body: JsonObject): ModelAnswer {
  const content = asList(body['content']);
  if (body['type'] !== 'message' || content === undefined) {
    throw new AnswerUnreadableError('the answer is not an Anthropic message');
  }
  return compact({
    id: asString(body['id']),
    model: asString(body['model']),
    parts: content.map(readPart).filter((part) => part !== undefined),
    finish: readFinish(body),
    usage: readUsage(body['usage']),
    serviceTier: asString(asObject(body['usage'])?.['service_tier']),
  });
}

function readPart(value: unknown): AssistantPart | undefined {
  const block = asObject(value);
  const type = asString(block?.['type']);
  if (block === undefined || type === undefined) return undefined;
  switch (type) {
    case 'text':
      return { kind: 'text', text: asString(block['text']) ?? '', ...readCitations(asList(block['citations']) ?? []) };
    case 'thinking':
      return readThinkingBlock(block);
    case 'redacted_thinking': {
      const data = asNonEmptyString(block['data']);
      return { kind: 'reasoning', text: '', ...(data !== undefined && { state: readRedactedData(data) }) };
    }
    case 'tool_use':
      return {
        kind: 'tool-call',
        callId: asString(block['id']) ?? '',
        name: asString(block['name']) ?? '',
        argumentsText: JSON.stringify(asObject(block['input']) ?? {}),
      };
    default:
      return { kind: 'unknown', type, value: block };
  }
}
