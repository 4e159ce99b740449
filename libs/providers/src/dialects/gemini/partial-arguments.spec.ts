import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../spec/json.js';
import { PartialArguments } from './partial-arguments.js';

function put(...pieces: Json[]): unknown {
  const partial = new PartialArguments();
  for (const piece of pieces) partial.add([piece]);
  return JSON.parse(partial.toText());
}

describe('arguments that come piece by piece', () => {
  it('are put at their places, texts one behind the other', () => {
    expect(
      put(
        { jsonPath: '$.a', stringValue: 'x' },
        { jsonPath: '$.a', stringValue: 'y' },
        { jsonPath: '$.b.c', numberValue: 0 },
        { jsonPath: '$.list[0]', boolValue: false },
        { jsonPath: '$.list[1].d', nullValue: 'NULL_VALUE' },
        { jsonPath: "$['odd name'][\"it's\"]", stringValue: '' },
      ),
    ).toEqual({ a: 'xy', b: { c: 0 }, list: [false, { d: null }], 'odd name': { "it's": '' } });
  });

  it('are an empty object when there are none', () => {
    expect(put()).toEqual({});
  });

  it.each(['a', '$', '$..a', '$.a[*]', '$[0]', '$.a[5]', '$.a b]', '$.list.length', '$.list[0', ''])(
    'leave out the place %j, which is not one or has none',
    (jsonPath) => {
      expect(put({ jsonPath: '$.list[0]', numberValue: 1 }, { jsonPath, numberValue: 4_000_000_000 })).toEqual(
        jsonPath === '$.a[5]' ? { list: [1], a: [] } : { list: [1] },
      );
    },
  );

  it("take a member named like a prototype's for what it is", () => {
    expect(JSON.stringify(put({ jsonPath: '$.__proto__.x', numberValue: 1 }))).toBe('{"__proto__":{"x":1}}');
    expect('x' in {}).toBe(false);
  });

  it('never throw and stay small, whatever the pieces', () => {
    const step = fc.constantFrom('.a', '.b', '[0]', '[1]', '[999999999]', '.length', '.__proto__', "['']", '..');
    const jsonPath = fc.array(step, { maxLength: 80 }).map((steps) => `$${steps.join('')}`);
    const value = fc.constantFrom(
      { stringValue: 's' },
      { numberValue: 1e9 },
      { boolValue: true },
      { nullValue: 'x' },
      {},
    );
    const piece = fc.tuple(jsonPath, value).map(([path, members]) => ({ jsonPath: path, ...members }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const partial = new PartialArguments();
        partial.add(pieces);
        expect(partial.toText().length).toBeLessThan(50_000);
      }),
    );
  });
});
