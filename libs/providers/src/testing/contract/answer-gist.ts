import type { ModelAnswer } from '../../spec/model-answer.js';
import type { AssistantPart } from '../../spec/part.js';

/** What matters of an answer, however its vendor cuts it into parts and whatever ids it makes up. */
export function gistOf({ parts, finish, usage }: ModelAnswer): object {
  return {
    text: textOf(parts, 'text'),
    reasoning: textOf(parts, 'reasoning'),
    refusal: textOf(parts, 'refusal'),
    calls: callsOf(parts),
    media: parts.flatMap((part) => (part.kind === 'media' ? [part.source] : [])),
    finish: finish.reason,
    usage,
  };
}

/** What an answer says, without how it ended. */
export function contentOf(parts: readonly AssistantPart[]): string {
  return JSON.stringify([textOf(parts, 'text'), textOf(parts, 'refusal'), callsOf(parts)]);
}

function textOf(parts: readonly AssistantPart[], kind: 'text' | 'reasoning' | 'refusal'): string {
  return parts.map((part) => (part.kind === kind ? part.text : '')).join('');
}

function callsOf(parts: readonly AssistantPart[]): readonly unknown[] {
  return parts.flatMap((part) => (part.kind === 'tool-call' ? [[part.name, parse(part.argumentsText)]] : []));
}

function parse(argumentsText: string): unknown {
  try {
    return JSON.parse(argumentsText);
  } catch {
    return argumentsText;
  }
}
