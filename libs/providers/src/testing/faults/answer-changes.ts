import { textOf, type FakeAnswer, type FakePart } from '../model/fake-answer.js';

/** Arguments that hold every kind of escape that a piece may be cut in: `\"`, `\n`, `\uXXXX`, and a surrogate pair. */
export const ESCAPED_CITY = 'Zürich "West"\nÅngström 🐕';

/** A character that no answer has: what is to be replaced by bytes that no string can hold. */
export const TEXT_MARK = '\uE000';

/** The answer, ended by the vendor's content filter. */
export function filtered(answer: FakeAnswer): FakeAnswer {
  return { ...answer, finish: 'content-filter' };
}

/** The answer with {@link TEXT_MARK} in its first text. */
export function markedInText(answer: FakeAnswer): FakeAnswer {
  const marked = answer.parts.find(({ kind }) => kind === 'text');
  const parts = answer.parts.map((part) => {
    const [first = '', ...rest] = part.pieces;
    return part === marked ? { ...part, pieces: [first + TEXT_MARK, ...rest] } : part;
  });
  return { ...answer, parts };
}

/** The answer with an empty piece before, between and after all others. */
export function withEmptyPieces(answer: FakeAnswer): FakeAnswer {
  const parts = answer.parts.map((part) => ({ ...part, pieces: ['', ...part.pieces.flatMap((piece) => [piece, ''])] }));
  return { ...answer, parts };
}

/** The answer with {@link ESCAPED_CITY} in the arguments of its calls, every piece but the last ending within an escape. */
export function cutsInEscapes(answer: FakeAnswer): FakeAnswer {
  return { ...answer, parts: answer.parts.map((part) => (part.kind === 'tool-call' ? cutCall(part) : part)) };
}

function cutCall(part: Extract<FakePart, { kind: 'tool-call' }>): FakePart {
  const text = textOf(part);
  if (part.freeText || !text.startsWith('{')) return part;
  const members = Object.entries(JSON.parse(text) as object).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' ? ESCAPED_CITY : value,
  ]);
  const escaped = JSON.stringify(Object.fromEntries(members)).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  // A cut after the backslash of a short escape, and after the second digit of a long one.
  return { ...part, pieces: escaped.split(/(?<=(?<!\\)\\(?!u)|\\u[0-9a-f]{2})/) };
}
