import type { Finish } from '../../spec/model-answer.js';
import type { AssistantPart } from '../../spec/part.js';
import { writeFinish as writeChatFinish } from '../openai-chat/finish-reasons.js';

/** What OpenAI's ids of completions begin with. */
export const COMPLETION_ID_PREFIX = 'cmpl-';

/** The words of an answer; legacy completions have a place for nothing else. */
export function answerText(parts: readonly AssistantPart[]): string {
  return parts.map((part) => (part.kind === 'text' || part.kind === 'refusal' ? part.text : '')).join('');
}

/** OpenAI's word for the end of a completion, which cannot call tools. */
export function writeFinish(finish: Finish, refuses: boolean): string {
  const word = writeChatFinish(finish, { callsTools: false, refuses });
  return word === 'tool_calls' ? 'stop' : word;
}
