import { describe, expect, it } from 'vitest';
import type { Conversation } from './conversation.js';
import { textOf, totalInputTokens } from './fake-answer.js';
import { answerOf, FIXED_SENTENCE, piecesOf, THOUGHT_MARK } from './scripted-model.js';

const PLAIN: Conversation = {
  systemText: '',
  turns: [{ role: 'user', text: 'Hello', media: [] }],
  tools: [],
  toolChoice: 'auto',
  parallelCalls: true,
  outputSchema: undefined,
  thinking: 'none',
  stop: [],
  outputTokensMax: undefined,
  cache: undefined,
};
const tools = [
  { name: 'first', schema: undefined },
  { name: 'second', schema: undefined },
];
const user = (text: string): Conversation['turns'][number] => ({ role: 'user', text, media: [] });

function said(changes: Partial<Conversation>): string {
  return answerOf({ ...PLAIN, ...changes }, 'seed')
    .parts.map(textOf)
    .join('');
}

describe('answerOf', () => {
  it('answers the same conversation the same, and another seed only with other ids', () => {
    expect(answerOf(PLAIN, 'a')).toEqual(answerOf(PLAIN, 'a'));
    const { id, ...other } = answerOf(PLAIN, 'b');
    expect(answerOf(PLAIN, 'a')).toMatchObject(other);
    expect(answerOf(PLAIN, 'a').id).not.toBe(id);
  });

  it('calls the first tool for the word, whatever its case, and no tool without one', () => {
    const call = { kind: 'tool-call', name: 'first', pieces: ['{}'] };
    expect(answerOf({ ...PLAIN, tools, turns: [user('WEATHER?')] }, '').parts).toMatchObject([call]);
    expect(answerOf({ ...PLAIN, tools, turns: [user('both WEATHER?')] }, '').parts).toMatchObject([call, call]);
    expect(said({ turns: [user('weather?')] })).toBe(FIXED_SENTENCE);
    expect(said({ tools })).toBe(FIXED_SENTENCE);
  });

  it('calls a tool when it must, and the one that is named', () => {
    const chosen = answerOf({ ...PLAIN, tools, toolChoice: { name: 'second' } }, '');
    expect(chosen.parts).toMatchObject([{ name: 'second' }]);
    expect(answerOf({ ...PLAIN, tools, toolChoice: 'required' }, '').parts).toMatchObject([{ name: 'first' }]);
    expect(said({ tools, toolChoice: 'none', turns: [user('weather?')] })).toBe(FIXED_SENTENCE);
  });

  it('answers a user who goes on after results, and quotes results that nobody went on after', () => {
    const results = [{ id: 'a', text: 'rain', media: [], isError: true }];
    const turns = [{ role: 'tool', results } as const];
    expect(said({ tools, turns })).toBe('The tool failed: "rain".');
    expect(answerOf({ ...PLAIN, tools, turns: [...turns, user('and the weather?')] }, '').finish).toBe('tool-calls');
  });

  it('goes on with its own answer when that was begun for it, and begins anew when it would have said something else', () => {
    const begun = (text: string): string =>
      said({ turns: [user('Hello'), { role: 'assistant', text, toolCalls: [] }] });
    expect(begun('The quick') + begun(FIXED_SENTENCE)).toBe(FIXED_SENTENCE.slice('The quick'.length));
    expect(begun('A slow')).toBe(FIXED_SENTENCE);
  });

  it('marks the ids of calls that were made while thinking', () => {
    const turns = [user('weather')];
    expect(answerOf({ ...PLAIN, tools, turns, thinking: 'hidden' }, '').parts).toMatchObject([
      { kind: 'reasoning', pieces: [] },
      { id: expect.stringContaining(THOUGHT_MARK) },
    ]);
    expect(answerOf({ ...PLAIN, tools, turns }, '').parts).toMatchObject([
      { id: expect.not.stringContaining('thought') },
    ]);
  });

  it('ends at the stop sequence that comes first, unless the cap comes before it', () => {
    expect(said({ stop: ['dogs', 'fox'] })).toBe('The quick brown ');
    expect(answerOf({ ...PLAIN, stop: ['dogs', 'fox'] }, '')).toMatchObject({ stopSequence: 'fox' });
    expect(answerOf({ ...PLAIN, stop: ['fox'], outputTokensMax: 1 }, '').finish).toBe('length');
    expect(answerOf({ ...PLAIN, outputTokensMax: 1000 }, '').finish).toBe('stop');
  });

  it('splits the same prompt into buckets that add up', () => {
    const turns = [user('word '.repeat(100))];
    const plain = answerOf({ ...PLAIN, turns }, '').usage;
    const cached = answerOf({ ...PLAIN, turns, cache: '1h' }, '').usage;
    expect(totalInputTokens(cached)).toBe(plain.inputTokens);
    expect(cached.cacheWrite1hTokens).toBe(cached.cacheWriteTokens);
    expect(cached.cacheReadTokens).toBeGreaterThan(0);
  });
});

describe('piecesOf', () => {
  it('cuts between characters only, and loses none', () => {
    const pieces = piecesOf('🐕'.repeat(30));
    expect(pieces).toHaveLength(3);
    expect(pieces.every((piece) => piece.isWellFormed())).toBe(true);
    expect(piecesOf('')).toEqual([]);
  });
});
