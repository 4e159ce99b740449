import { createHash } from 'node:crypto';
import type { ChatRequest } from './chat-request.js';
import { sampleArguments } from './sample-arguments.js';

/** What the demo provider says, before it is put on the wire. */
export interface DemoAnswer {
  /** Differs with the question and with nothing else, so that a repeated request gets the same answer. */
  readonly id: string;
  /** The answer in pieces that join to the whole text; empty for a tool call. */
  readonly words: readonly string[];
  readonly toolCall: { readonly name: string; readonly arguments: string } | undefined;
  readonly finishReason: 'stop' | 'length' | 'tool_calls';
  readonly usage: DemoUsage;
}

/** One word, parted by white space, counts as one token; there is no tokenizer behind it. */
export interface DemoUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

const QUOTED_CHARACTERS_MAX = 200;
const CLOSING_WORD_COUNT = 12;
const VOCABULARY = (
  'amber birch cedar delta ember fern grove harbor iris juniper kelp lagoon ' +
  'meadow north opal pine quartz river slate tide umber valley willow yarrow'
).split(' ');

/** Answers a request by rule: it quotes the last user message and goes on with words drawn from that message's hash. */
export function answerOf(request: ChatRequest): DemoAnswer {
  const question = request.messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const digest = createHash('sha256').update(question).digest();
  const id = digest.toString('hex', 0, 12);
  const promptTokens = request.messages.reduce((sum, { content }) => sum + countTokens(content), 0);
  const toolCall = forcedToolCall(request, question);
  if (toolCall !== undefined) {
    const usage = usageOf(promptTokens, countTokens(`${toolCall.name} ${toolCall.arguments}`));
    return { id, words: [], toolCall, finishReason: 'tool_calls', usage };
  }
  const words = wordsFor(question, digest);
  const limit = request.max_completion_tokens ?? request.max_tokens ?? words.length;
  const spoken = words.slice(0, limit);
  const finishReason = spoken.length < words.length ? 'length' : 'stop';
  return { id, words: spoken, toolCall: undefined, finishReason, usage: usageOf(promptTokens, spoken.length) };
}

/** Counts the words of a text: one token each. */
export function countTokens(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length;
}

function wordsFor(question: string, digest: Buffer): string[] {
  const quoted = question.trim().slice(0, QUOTED_CHARACTERS_MAX);
  const closing = Array.from(digest.subarray(0, CLOSING_WORD_COUNT), (byte) => VOCABULARY[byte % VOCABULARY.length]);
  const text = `This is the built-in demo provider. You said: "${quoted}". ${closing.join(' ')}.`;
  return text.split(/(?<=\s)(?=\S)/);
}

function forcedToolCall(request: ChatRequest, question: string): DemoAnswer['toolCall'] {
  const { tools, tool_choice: choice } = request;
  if (choice === undefined || choice === null || choice === 'none' || choice === 'auto') return undefined;
  const tool = choice === 'required' ? tools?.[0] : tools?.find(({ function: f }) => f.name === choice.function.name);
  if (tool === undefined) return undefined;
  return { name: tool.function.name, arguments: JSON.stringify(sampleArguments(tool.function.parameters, question)) };
}

function usageOf(promptTokens: number, completionTokens: number): DemoUsage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}
