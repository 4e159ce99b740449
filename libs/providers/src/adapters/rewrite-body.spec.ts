import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceModel } from './replace-model.js';
import { withoutMember } from './without-member.js';

const text = (body: Buffer): string => body.toString('utf8');

describe('replaceModel', () => {
  it.each([
    ['{"model":"a","n":1.0}', '{"model":"b","n":1.0}'],
    ['{ "n": 1 , "model" : "a" }', '{ "n": 1 , "model" : "b" }'],
    ['{"model":null}', '{"model":"b"}'],
    ['{"n":1}', '{"model":"b","n":1}'],
    ['{}', '{"model":"b"}'],
  ])('makes of %s %s', (body, expected) => {
    expect(text(replaceModel(Buffer.from(body), 'b'))).toBe(expected);
  });

  it('copies nothing when the body names the model already', () => {
    const body = Buffer.from('{"model":"b"}');
    expect(replaceModel(body, 'b')).toBe(body);
  });

  it('writes any name so that it is read back', () => {
    fc.assert(
      fc.property(fc.string(), (model) => {
        expect(JSON.parse(text(replaceModel(Buffer.from('{"a":[{"model":"x"}],"model":"a"}'), model)))).toEqual({
          a: [{ model: 'x' }],
          model,
        });
      }),
    );
  });
});

describe('withoutMember', () => {
  it.each([
    ['{"x":1,"a":2}', '{"a":2}'],
    ['{"a":2,"x":{"x":[1,2]}}', '{"a":2}'],
    ['{"a":2 , "x" : 1 , "b":3}', '{"a":2 , "b":3}'],
    ['{"x":1}', '{}'],
    ['{ "x" : 1 }', '{  }'],
    ['{"a":{"x":1}}', '{"a":{"x":1}}'],
  ])('makes of %s %s', (body, expected) => {
    expect(text(withoutMember(Buffer.from(body), 'x'))).toBe(expected);
  });

  it('takes out that member and leaves a document with all others, wherever it stands', () => {
    const members = fc.dictionary(fc.string({ minLength: 2 }), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(members, fc.nat(), fc.jsonValue(), fc.constantFrom('', ' ', '\n\t'), (others, at, value, space) => {
        const written = Object.entries(others).map(([name, each]) => `${JSON.stringify(name)}:${JSON.stringify(each)}`);
        written.splice(at % (written.length + 1), 0, `"x"${space}:${JSON.stringify(value)}${space}`);
        const body = Buffer.from(`{${space}${written.join(`${space},${space}`)}}`);
        expect(JSON.parse(text(withoutMember(body, 'x')))).toEqual(JSON.parse(JSON.stringify(others)));
      }),
    );
  });
});
