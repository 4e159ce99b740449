import { beforeAll, describe, expect, it } from 'vitest';
import type { Message, ModelRequest } from '../spec/model-request.js';
import type { MediaPart } from '../spec/part.js';
import { COUNTED_CHARACTERS_MAX, estimateTokens } from './token-estimate.js';

const PROSE = 'The quick brown fox jumps over the lazy dog, and then it rests for a while. ';

function asked(messages: readonly Message[], rest: Partial<ModelRequest> = {}): ModelRequest {
  return { streams: false, messages, tools: [], parameters: {}, unknownNames: [], ...rest };
}

function said(text: string): ModelRequest {
  return asked([{ role: 'user', parts: [{ kind: 'text', text }] }]);
}

function shown(medium: MediaPart['medium'], bytes: number): ModelRequest {
  const base64 = 'A'.repeat((bytes * 4) / 3);
  const source = { kind: 'data', mediaType: 'application/octet-stream', base64 } as const;
  return asked([{ role: 'user', parts: [{ kind: 'media', medium, source }] }]);
}

/** Longest time in which nothing else got its turn while `work` was done, in milliseconds. */
async function longestBlock(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await work();
  clearInterval(timer);
  return longest;
}

describe('estimateTokens', () => {
  beforeAll(() => estimateTokens(said('load the vocabulary')), 60_000);

  it('counts text by the o200k vocabulary, and what stands around messages', async () => {
    // "hello world" are two tokens, a message four, and the mark of the answer three.
    expect(await estimateTokens(said('hello world'))).toBe(2 + 4 + 3);
    expect(await estimateTokens(asked([]))).toBe(3);
  });

  it('counts whatever the model reads as text', async () => {
    const { length } = PROSE;
    expect(length).toBeGreaterThan(50);
    const text = { kind: 'text', text: PROSE } as const;
    const bare = await estimateTokens(said(''));
    const requests: readonly ModelRequest[] = [
      asked([{ role: 'system', parts: [text] }]),
      asked([{ role: 'assistant', parts: [{ kind: 'reasoning', text: PROSE }] }]),
      asked([{ role: 'assistant', parts: [{ kind: 'tool-call', callId: 'c', name: 'f', argumentsText: PROSE }] }]),
      asked([{ role: 'assistant', parts: [{ kind: 'unknown', type: 'x', value: { text: PROSE } }] }]),
      asked([{ role: 'tool', parts: [{ kind: 'tool-result', callId: 'c', content: [text] }] }]),
      asked([{ role: 'user', parts: [], name: PROSE }]),
      asked([], { tools: [{ kind: 'function', name: 'f', parameters: { description: PROSE } }] }),
      asked([], { tools: [{ kind: 'vendor', type: 'x', webSearch: false, value: { description: PROSE } }] }),
      asked([], { parameters: { outputFormat: { kind: 'json-schema', name: 'n', schema: { description: PROSE } } } }),
    ];
    for (const request of requests) expect(await estimateTokens(request)).toBeGreaterThan(bare + 10);
  });

  it('counts what looks like a special token as the text that it is', async () => {
    expect(await estimateTokens(said('<|endoftext|>'))).toBeGreaterThan(7 + 2);
  });

  it('counts long prose as the sum of its sentences', async () => {
    const one = (await estimateTokens(said(PROSE.repeat(10)))) - 7;
    const hundred = (await estimateTokens(said(PROSE.repeat(1_000)))) - 7;
    expect(Math.abs(hundred / (one * 100) - 1)).toBeLessThan(0.01);
  });

  it('stays right where it only samples', async () => {
    const half = `${PROSE.repeat(COUNTED_CHARACTERS_MAX / PROSE.length)}${'汉语文本 '.repeat(40_000)}`;
    const whole = half.repeat(4);
    const exact = 4 * ((await estimateTokens(said(half.slice(0, COUNTED_CHARACTERS_MAX)))) - 7);
    const rest = 4 * ((await estimateTokens(said(half.slice(COUNTED_CHARACTERS_MAX)))) - 7);
    const estimate = (await estimateTokens(said(whole))) - 7;
    expect(Math.abs(estimate / (exact + rest) - 1)).toBeLessThan(0.03);
  });

  it('lets others have their turn, however hard the text is to count', async () => {
    const hard = '汉'.repeat(100_000);
    // In one piece this takes more than a minute.
    expect(await longestBlock(() => estimateTokens(said(hard)))).toBeLessThan(2_000);
  });

  it('guesses media by their kind and size', async () => {
    expect(await estimateTokens(shown('image', 3_000_000))).toBe(1_600 + 7);
    expect(await estimateTokens(shown('audio', 30_000))).toBe(60 + 7);
    expect(await estimateTokens(shown('video', 30_000))).toBe(30 + 7);
    expect(await estimateTokens(shown('document', 96_000))).toBe(3_000 + 7);
    expect(await estimateTokens(shown('document', 30_000_000))).toBe(150_000 + 7);
  });
});
