import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeMember } from './remove-member.js';
import { scanTopLevel } from './scan-top-level.js';
import { splice } from './splice.js';

function without(text: string, name: string): string {
  const document = Buffer.from(text);
  const member = scanTopLevel(document, new Set([name])).members.get(name);
  if (member === undefined) throw new Error(`there is no member "${name}"`);
  return splice(document, [removeMember(document, member)]).toString();
}

describe('removeMember', () => {
  it.each([
    ['{"x":1}', '{}'],
    ['{"x":1,"a":2}', '{"a":2}'],
    ['{"a":2,"x":1}', '{"a":2}'],
    ['{"a":2,"x":{"b":[1]},"c":3}', '{"a":2,"c":3}'],
    ['{ "a": 2 ,\n  "x": 1\n}', '{ "a": 2\n}'],
  ])('turns %s into %s', (before, after) => {
    expect(without(before, 'x')).toBe(after);
  });

  it('leaves a document that says the same without the member, however it is written', () => {
    const space = fc.constantFrom('', ' ', '\n', '\t ');
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.jsonValue(),
        fc.nat(),
        space,
        (rest, value, at, gap) => {
          const others = Object.entries(rest).filter(([name]) => name !== 'x');
          const members = [...others];
          members.splice(at % (others.length + 1), 0, ['x', value]);
          const text = `{${gap}${members
            .map(([name, member]) => `${JSON.stringify(name)}${gap}:${gap}${JSON.stringify(member)}${gap}`)
            .join(`,${gap}`)}}`;
          expect(JSON.parse(without(text, 'x'))).toEqual(JSON.parse(JSON.stringify(Object.fromEntries(others))));
        },
      ),
    );
  });
});
