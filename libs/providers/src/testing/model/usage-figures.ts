import type { Conversation, ReceivedMedium, Turn } from './conversation.js';
import { textOf, type FakePart, type FakeUsage } from './fake-answer.js';

const CHARACTERS_PER_TOKEN = 4;
/** What every medium counts for, whatever its size. */
const TOKENS_PER_MEDIUM = 85;

/** How many tokens the fake model makes of a text. */
export function tokensOf(text: string): number {
  return Math.ceil([...text].length / CHARACTERS_PER_TOKEN);
}

/** The beginning of a text that is no longer than `tokens`. */
export function firstTokensOf(text: string, tokens: number): string {
  return [...text].slice(0, tokens * CHARACTERS_PER_TOKEN).join('');
}

/** All tokens of a prompt. */
export function promptTokensOf(conversation: Conversation): number {
  const tools = conversation.tools.map(({ name, schema }) => tokensOf(name + JSON.stringify(schema ?? {})));
  const turns = conversation.turns.map(tokensOfTurn);
  return [tokensOf(conversation.systemText), ...tools, ...turns].reduce((sum, tokens) => sum + tokens, 1);
}

/**
 * The usage of an answer, a fixed function of sizes. With a cache mark, a quarter of the prompt was read from the cache
 * and another quarter was written to it.
 */
export function usageOf(conversation: Conversation, parts: readonly FakePart[]): FakeUsage {
  const prompt = promptTokensOf(conversation);
  const quarter = conversation.cache === undefined ? 0 : Math.floor(prompt / 4);
  const sizeOf = (part: FakePart): number =>
    tokensOf(part.kind === 'tool-call' ? part.name + textOf(part) : textOf(part));
  const reasoning = conversation.thinking === 'none' ? 0 : tokensOf(THOUGHTS);
  const visible = parts.filter(({ kind }) => kind !== 'reasoning').reduce((sum, part) => sum + sizeOf(part), 0);
  return {
    inputTokens: prompt - 2 * quarter,
    cacheReadTokens: quarter,
    cacheWriteTokens: quarter,
    cacheWrite1hTokens: conversation.cache === '1h' ? quarter : 0,
    outputTokens: visible + reasoning,
    reasoningTokens: reasoning,
  };
}

/** What the fake model thinks, whatever it is asked. */
export const THOUGHTS = 'The request is short, so a short answer will do.';

function tokensOfTurn(turn: Turn): number {
  switch (turn.role) {
    case 'user':
      return tokensOf(turn.text) + tokensOfMedia(turn.media);
    case 'assistant':
      return tokensOf(turn.text + turn.toolCalls.map(({ name, argumentsText }) => name + argumentsText).join(''));
    default:
      return turn.results.reduce((sum, { text, media }) => sum + tokensOf(text) + tokensOfMedia(media), 0);
  }
}

function tokensOfMedia(media: readonly ReceivedMedium[]): number {
  return media.length * TOKENS_PER_MEDIUM;
}
