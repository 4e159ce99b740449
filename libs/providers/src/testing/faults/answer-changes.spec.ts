import { describe, expect, it } from 'vitest';
import type { FakeAnswer, FakePart } from '../model/fake-answer.js';
import { answerOf } from '../model/scripted-model.js';
import { cutsInEscapes, ESCAPED_CITY, markedInText, TEXT_MARK, withEmptyPieces } from './answer-changes.js';
import { replaceMarks } from './replace-marks.js';

function answering(part: FakePart): FakeAnswer {
  const conversation = {
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
  } as const;
  return { ...answerOf(conversation, ''), parts: [part] };
}

const call = (text: string, freeText = false): FakePart => ({
  kind: 'tool-call',
  id: '1',
  name: 'f',
  pieces: [text],
  freeText,
});

describe('cutsInEscapes', () => {
  it('cuts every escape in two, and the pieces join to the same values', () => {
    const [part] = cutsInEscapes(answering(call('{"city":"Paris","n":1}'))).parts;
    const pieces = part?.pieces ?? [];
    expect(JSON.parse(pieces.join(''))).toEqual({ city: ESCAPED_CITY, n: 1 });
    expect(pieces.length).toBe(1 + (pieces.join('').match(/\\(u[0-9a-f]{4}|.)/g)?.length ?? 0));
    for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/(\\|\\u[0-9a-f]{2})$/);
  });

  it('leaves free text and texts alone', () => {
    for (const part of [call('Paris', true), { kind: 'text', pieces: ['a'] } as const]) {
      expect(cutsInEscapes(answering(part)).parts).toEqual([part]);
    }
  });
});

describe('withEmptyPieces', () => {
  it('puts nothing before, between and after', () => {
    expect(withEmptyPieces(answering({ kind: 'text', pieces: ['a', 'b'] })).parts).toEqual([
      { kind: 'text', pieces: ['', 'a', '', 'b', ''] },
    ]);
  });
});

describe('replaceMarks', () => {
  it('replaces every mark by its own filler, and nothing else', () => {
    const [part] = markedInText(answering({ kind: 'text', pieces: ['ä', 'b'] })).parts;
    expect(part?.pieces).toEqual([`ä${TEXT_MARK}`, 'b']);
    let count = 0;
    const filled = replaceMarks(Buffer.from(`ä${TEXT_MARK}b${TEXT_MARK}`), () => Buffer.from(String((count += 1))));
    expect(filled.toString()).toBe('ä1b2');
    const plain = Buffer.from('ä');
    expect(replaceMarks(plain, () => Buffer.from('x'))).toBe(plain);
  });
});
