import type { AnswerContext } from '../../spec/codec.js';
import type { JsonObject } from '../../spec/json.js';
import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart, MediaPart, TextPart } from '../../spec/part.js';
import { writeCitation } from './citations.js';
import { writeFinish } from './finish-reasons.js';
import { writeReasoningBlock } from './reasoning-block.js';
import { toToolInput } from './tool-input.js';
import { messageId, toolUseId, toolUseName, writeMessage } from './write-message.js';

/**
 * Writes a whole answer as a message.
 *
 * A state that another vendor tied to text or to a tool call stands in a `thinking` block without text before it, so
 * that the client gives it back. Parts that only their own dialect knows are left out.
 */
export function writeAnswer(answer: ModelAnswer, context: AnswerContext): JsonObject {
  const id = messageId(answer.id, context);
  const content: JsonObject[] = [];
  for (const part of answer.parts) content.push(...writePart(part, id, content.length));
  const finish = writeFinish(answer.finish, {
    hasToolUse: answer.parts.some(({ kind }) => kind === 'tool-call'),
    hasRefusal: answer.parts.some(({ kind }) => kind === 'refusal'),
  });
  return writeMessage({ id, model: context.model, content, finish, usage: answer.usage });
}

function writePart(part: AssistantPart, ofMessage: string, index: number): readonly JsonObject[] {
  switch (part.kind) {
    case 'text':
      return [...asList(writeReasoningBlock('', part.state)), ...writeText(part)];
    case 'refusal':
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    case 'reasoning':
      return asList(writeReasoningBlock(part.text, part.state));
    case 'tool-call': {
      const carrier = asList(writeReasoningBlock('', part.state));
      return [
        ...carrier,
        {
          type: 'tool_use',
          id: toolUseId(part.callId, ofMessage, index + carrier.length),
          name: toolUseName(part.name),
          input: toToolInput(part.argumentsText, part.freeText),
        },
      ];
    }
    case 'media':
      return [{ type: 'text', text: describeMedia(part) }];
    case 'unknown':
      return [];
    default:
      return part satisfies never;
  }
}

function writeText(part: TextPart): readonly JsonObject[] {
  if (part.text === '') return [];
  const citations = (part.citations ?? []).map(writeCitation).filter((citation) => citation !== undefined);
  return [{ type: 'text', text: part.text, ...(citations.length === 0 ? {} : { citations }) }];
}

/** What stands for a medium that the model made: a message holds none, and leaving it out would hide that there was one. */
export function describeMedia({ medium, source }: MediaPart): string {
  if (source.kind === 'url') return source.url;
  return `[${source.mediaType ?? medium}]`;
}

function asList(block: JsonObject | undefined): readonly JsonObject[] {
  return block === undefined ? [] : [block];
}
